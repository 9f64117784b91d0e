using System.Globalization;
using System.Text.RegularExpressions;

namespace Pipe.Archives;

/// <summary>Quantum StorNext Storage Manager. fsstore and fsretrieve wait for completion; fsrmdiskcopy truncates.</summary>
internal static partial class StorNext
{
    private static readonly ExitMap Exits = new(Verdict.Done, Verdict.Retry);

    public static readonly MigrationKind Kind =
        new("stornext", ["fsstore", "fsrmdiskcopy", "fsretrieve", "fsfileinfo"], ["/usr/adic/TSM/bin"], (programs, _) => new MigrationProfile("stornext")
        {
            Migrate = Verb(programs[0]) with { Limit = OwnCommands.SlowLimit, Concurrency = 2 },
            Release = Verb(programs[1]),
            Recall = Verb(programs[2]) with { Limit = OwnCommands.SlowLimit, Concurrency = 2 },
            State = new StateQuery(Verb(programs[3]) with { Limit = TimeSpan.FromMinutes(1) }, Parse),
        });

    private static VerbCall Verb(string program) => new([program, VerbCall.Files], Feed.Words, Exits) { Batch = 50 };

    /// <summary>Parses a report for each file, which begins with <c>Filename:</c>.</summary>
    private static void Parse(string output, IReadOnlyList<string> paths, Dictionary<string, MigrationState> states)
    {
        var known = paths.ToHashSet();
        foreach (var report in FileName().Split(output).Skip(1))
        {
            var path = report.Split('\n')[0].Trim();
            if (known.Contains(path))
            {
                var wanted = Number(report, "Target Copies");
                var isComplete = Number(report, "Existing Copies") is { } copies && copies >= Math.Max(1, wanted ?? 1);
                states[path] = Location().Match(report).Groups[1].Value switch
                {
                    "DISK" => MigrationState.Resident,
                    "DISK AND ARCHIVE" or "DISK AND TAPE" => isComplete ? MigrationState.Dual : MigrationState.Migrating,
                    "ARCHIVE" or "TAPE" => MigrationState.Offline,
                    _ => MigrationState.Unknown,
                };
            }
        }
    }

    private static int? Number(string report, string title) =>
        Regex.Match(report, title + ": +([0-9]+)", RegexOptions.CultureInvariant) is { Success: true } match
            ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : null;

    [GeneratedRegex("^ *Filename: +", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex FileName();

    [GeneratedRegex("Location: +([A-Z ]*[A-Z])", RegexOptions.CultureInvariant)]
    private static partial Regex Location();
}
