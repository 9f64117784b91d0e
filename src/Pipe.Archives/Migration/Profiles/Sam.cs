using System.Text.RegularExpressions;

namespace Pipe.Archives;

/// <summary>Oracle HSM, also known as SAM-QFS. archive and stage only make a request; its acceptance is not visible until it is done.</summary>
internal static partial class Sam
{
    private static readonly ExitMap Asked = new(Verdict.Queued, Verdict.Retry);

    public static readonly MigrationKind Kind =
        new("sam", ["archive", "release", "stage", "sls"], ["/opt/SUNWsamfs/bin"], (programs, _) => new MigrationProfile("sam")
        {
            Migrate = new VerbCall([programs[0], VerbCall.Files], Feed.Words, Asked),
            Release = new VerbCall([programs[1], VerbCall.Files], Feed.Words, new ExitMap(Verdict.Done, Verdict.Retry)),
            Recall = new VerbCall([programs[2], VerbCall.Files], Feed.Words, Asked),
            State = new StateQuery(
                new VerbCall([programs[3], "-D", VerbCall.Files], Feed.Words, Asked) { Limit = TimeSpan.FromMinutes(1) },
                Parse),
        });

    /// <summary>Parses a paragraph for each file: its name and a colon, then indented lines; the relevant ones come before the line of its times.</summary>
    private static void Parse(string output, IReadOnlyList<string> paths, Dictionary<string, MigrationState> states)
    {
        var headings = paths.ToDictionary(path => path + ":");
        var path = "";
        var state = MigrationState.Unknown;
        foreach (var line in output.Split('\n'))
        {
            if (headings.TryGetValue(line.TrimEnd(), out var next))
            {
                (path, state) = (next, MigrationState.Resident);
            }
            else if (path.Length > 0 && line.TrimStart().StartsWith("access:", StringComparison.Ordinal))
            {
                states[path] = state;
            }
            else
            {
                state = WithLine(line.Trim(), state);
            }
        }
    }

    /// <summary>The flags come before the copies: a copy counts only if archiving is done, and the copy is neither stale nor damaged.</summary>
    private static MigrationState WithLine(string line, MigrationState state) =>
        line.Split(';', StringSplitOptions.TrimEntries) is { Length: > 1 } flags ? WithFlags(flags, state)
        : Copy().IsMatch(line) && state == MigrationState.Dirty ? MigrationState.Dual
        : state;

    private static MigrationState WithFlags(string[] flags, MigrationState state) =>
        flags.Contains("offline") ? flags.Contains("damaged") ? MigrationState.Lost : MigrationState.Offline
        : flags.Contains("archdone") ? MigrationState.Dirty
        : state;

    [GeneratedRegex("^copy [1-4]: [^SD ]{4} ", RegexOptions.CultureInvariant)]
    private static partial Regex Copy();
}
