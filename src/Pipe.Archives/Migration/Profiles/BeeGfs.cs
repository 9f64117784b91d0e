namespace Pipe.Archives;

/// <summary>
/// BeeGFS remote storage targets. push and pull queue a job for one path; status asks the target itself. push with --stub-local of a file that is in
/// sync moves no data, but replaces the file by a stub.
/// </summary>
internal static class BeeGfs
{
    /// <summary>2: a job could not be started for the path; 1: the service cannot be reached.</summary>
    private static readonly ExitMap Exits = new(Verdict.Queued, Verdict.Retry);

    /// <summary>The word after the colon is the number of the remote target.</summary>
    public static readonly MigrationKind Kind = new("beegfs", ["beegfs"], ["/opt/beegfs/sbin"], (programs, target) => new MigrationProfile("beegfs")
    {
        Migrate = Verb(programs[0], "push", $"--remote-target={target}") with { Concurrency = 4 },
        Release = Verb(programs[0], "push", $"--remote-target={target}", "--stub-local"),
        Recall = Verb(programs[0], "pull", $"--remote-target={target}") with { Concurrency = 4 },
        State = new StateQuery(
            Verb(programs[0], "status", $"--remote-targets={target}", "--verify-remote", "--verbose") with { Limit = TimeSpan.FromMinutes(1) },
            Parse),
    })
    {
        Needs = "target",
    };

    private static VerbCall Verb(string beegfs, string verb, params string[] options) =>
        new([beegfs, "remote", verb, .. options, VerbCall.Files], Feed.Words, Exits) { Batch = 1 };

    /// <summary>A row of the table begins with a word or a sign; its path is relative to the mount, so only one path is queried at a time.</summary>
    private static void Parse(string output, IReadOnlyList<string> paths, Dictionary<string, MigrationState> states)
    {
        var rows = output.Split('\n').Select(row => Row(row.TrimStart(), paths[0])).OfType<MigrationState>().ToArray();
        if (rows.Length == 1)
        {
            states[paths[0]] = rows[0];
        }
    }

    private static MigrationState? Row(string row, string path)
    {
        foreach (var (sign, state) in Signs)
        {
            if (row.StartsWith(sign, StringComparison.Ordinal))
            {
                var words = row.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                return words.Length > 1 && words[1].StartsWith('/') && path.EndsWith(words[1], StringComparison.Ordinal) ? state : null;
            }
        }

        return null;
    }

    private static readonly (string Sign, MigrationState State)[] Signs =
    [
        ("Synchronized (", MigrationState.Dual),
        ("\u2705", MigrationState.Dual),
        ("Offloaded (", MigrationState.Offline),
        ("\u2601", MigrationState.Offline),
        ("Unsynchronized (", MigrationState.Dirty),
        ("\u26A0", MigrationState.Dirty),
        ("Not Attempted (", MigrationState.Resident),
        ("\u2B55", MigrationState.Resident),
    ];
}
