namespace Pipe.Archives;

/// <summary>Where the bytes of a file are, as its data migration system says.</summary>
internal enum MigrationState
{
    /// <summary>It did not say, or not in words known here. Permits nothing.</summary>
    Unknown,

    /// <summary>On disk only.</summary>
    Resident,

    /// <summary>On disk; a copy is being made, or is asked for.</summary>
    Migrating,

    /// <summary>On disk, and every copy that is to be made has been made of just these bytes.</summary>
    Dual,

    /// <summary>Not on disk, or not all of it.</summary>
    Offline,

    /// <summary>Not on disk yet, but coming.</summary>
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

    public static bool HasCopy(this MigrationState state) => state is MigrationState.Dual or MigrationState.Offline or MigrationState.Recalling;

    public static string Word(this MigrationState state) => state.ToString().ToLowerInvariant();
}
