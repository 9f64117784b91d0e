namespace Pipe.Archives;

/// <summary>What is known of one data migration system: how its verbs are called, what they answer, what it is particular about.</summary>
/// <param name="Name">As in -hsm.</param>
internal sealed record MigrationProfile(string Name)
{
    /// <summary>Makes a copy, and frees nothing. Null, like the next two, if one's own commands have none.</summary>
    public required VerbCall? Migrate { get; init; }

    /// <summary>Frees the disk space of files that have their copies.</summary>
    public required VerbCall? Release { get; init; }

    public required VerbCall? Recall { get; init; }

    public required StateQuery State { get; init; }

    /// <summary>Succeeds where the system works, given a directory; null if there is nothing to ask.</summary>
    public VerbCall? Test { get; init; }

    /// <summary>For files that are about to be deleted; null if deleting them is enough.</summary>
    public VerbCall? Forget { get; init; }

    /// <summary>Whether it does that for files that are not on disk, too.</summary>
    public bool ForgetsOffline { get; init; } = true;

    /// <summary>How long a file must have been left alone before it may be migrated.</summary>
    public TimeSpan MinimumAge { get; init; }

    /// <summary>Whether the state shows that a request has been taken, before it has been carried out.</summary>
    public bool ShowsRequests { get; init; }
}
