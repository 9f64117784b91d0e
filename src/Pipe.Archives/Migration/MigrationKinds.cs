namespace Pipe.Archives;

/// <summary>The data migration systems known by name.</summary>
internal static class MigrationKinds
{
    public static readonly MigrationKind[] All =
        [Dmf.Kind, Lustre.Kind, Eeadm.Kind, Dsm.Kind, StorNext.Kind, BeeGfs.Kind, GpfsScript.Kind, Sam.Kind];
}
