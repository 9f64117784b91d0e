using System.Text.RegularExpressions;

namespace Pipe.Archives;

/// <summary>
/// IBM Storage Archive Enterprise Edition. premigrate copies, migrate of a premigrated file only frees the space; both wait for completion. It refuses
/// files written within the last two minutes, and ignores empty ones.
/// </summary>
internal static partial class Eeadm
{
    private static readonly ExitMap Exits = new(Verdict.Done, Verdict.Retry);

    /// <summary>The word after the colon is POOL or POOL@LIBRARY.</summary>
    public static readonly MigrationKind Kind = new("eeadm", ["eeadm"], ["/opt/ibm/ltfsee/bin"], (programs, pool) => new MigrationProfile("eeadm")
    {
        Migrate = List(programs[0], "premigrate", "-p", pool) with { Concurrency = 2 },
        Release = List(programs[0], "migrate", "-p", pool),
        Recall = List(programs[0], "recall") with { Concurrency = 2 },
        State = new StateQuery(
            new VerbCall([programs[0], "file", "state", "-s", VerbCall.Files], Feed.Words, Exits) { Limit = TimeSpan.FromMinutes(1) },
            Parse),
        MinimumAge = TimeSpan.FromSeconds(125),
    })
    {
        Needs = "pool",
    };

    /// <summary>The list has the format of mmapplypolicy; only the text after the two dashes counts.</summary>
    private static VerbCall List(string eeadm, string verb, params string[] options) =>
        new([eeadm, verb, VerbCall.Files, .. options], Feed.ListFile, Exits) { Line = path => $" -- {path}", Limit = OwnCommands.SlowLimit };

    /// <summary>Parses <c>P  2  JD0099JD@POOL_JD@ts4500  MB0355JE@POOL_JE@ts4500  -   -- /gpfs/gpfs0/sample_file</c>.</summary>
    private static void Parse(string output, IReadOnlyList<string> paths, Dictionary<string, MigrationState> states)
    {
        var known = paths.ToHashSet();
        foreach (Match line in Line().Matches(output))
        {
            if (known.Contains(line.Groups["path"].Value))
            {
                states[line.Groups["path"].Value] = (line.Groups["state"].Value, HasReplica: line.Groups["replicas"].Value.Trim('0').Length > 0) switch
                {
                    ("R", _) => MigrationState.Resident,
                    ("P", true) => MigrationState.Dual,
                    ("M", true) => MigrationState.Offline,
                    _ => MigrationState.Unknown,
                };
            }
        }
    }

    [GeneratedRegex("^(?<state>[A-Z]) +(?<replicas>[0-9]+|-) .*? -- (?<path>/.*)$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
