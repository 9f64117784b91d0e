namespace Pipe.Archives;

/// <summary>Where the bytes of a file are, according to its data migration system.</summary>
internal enum MigrationState
{
    /// <summary>No answer, or not a known one. Permits nothing.</summary>
    Unknown,

    /// <summary>On disk only.</summary>
    Resident,

    /// <summary>On disk; a copy is being made or has been requested.</summary>
    Migrating,

    /// <summary>On disk, and every required copy has exactly these bytes.</summary>
    Dual,

    /// <summary>Not completely on disk.</summary>
    Offline,

    /// <summary>Not on disk yet, but being recalled.</summary>
    Recalling,

    /// <summary>On disk, changed since it was copied.</summary>
    Dirty,

    /// <summary>Not on disk, and the copy is gone or damaged.</summary>
    Lost,
}

internal static class MigrationStates
{
    public static bool IsOnDisk(this MigrationState state) =>
        state is MigrationState.Resident or MigrationState.Migrating or MigrationState.Dual or MigrationState.Dirty;

    public static string Word(this MigrationState state) => state.ToString().ToLowerInvariant();
}
