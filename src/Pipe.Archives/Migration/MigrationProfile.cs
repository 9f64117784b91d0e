namespace Pipe.Archives;

/// <summary>The description of one data migration system: the calls of its commands, their answers, and its restrictions.</summary>
/// <param name="Name">The name for -hsm.</param>
internal sealed record MigrationProfile(string Name)
{
    /// <summary>Makes a copy, and frees nothing. Like the next two, null if the user's own commands include none.</summary>
    public required VerbCall? Migrate { get; init; }

    /// <summary>Frees the disk space of files that have copies.</summary>
    public required VerbCall? Release { get; init; }

    public required VerbCall? Recall { get; init; }

    public required StateQuery State { get; init; }

    /// <summary>Succeeds where the system works, given a directory; null if there is no such test.</summary>
    public VerbCall? Test { get; init; }

    /// <summary>Deletes the copies of files that are about to be deleted; null if deleting the files is enough.</summary>
    public VerbCall? Forget { get; init; }

    /// <summary>Whether <see cref="Forget"/> also works for files that are not on disk.</summary>
    public bool ForgetsOffline { get; init; } = true;

    /// <summary>How long a file must be unchanged before it may be migrated.</summary>
    public TimeSpan MinimumAge { get; init; }

    /// <summary>Whether the state shows an accepted request before it is carried out.</summary>
    public bool ShowsRequests { get; init; }
}
