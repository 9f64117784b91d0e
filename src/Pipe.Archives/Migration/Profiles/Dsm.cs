using System.Text.RegularExpressions;
using Pipe.Linux;

namespace Pipe.Archives;

/// <summary>
/// IBM Storage Protect for Space Management. -premigrate copies, -stubmigrated frees the space of premigrated files only; all commands wait for
/// completion. Exit status 4: some files were skipped; 8: there were warnings.
/// </summary>
internal static partial class Dsm
{
    private static readonly ExitMap Exits = new(Verdict.Done, Verdict.Retry, (8, Verdict.Done));

    public static readonly MigrationKind Kind =
        new("dsm", ["dsmmigrate", "dsmrecall", "dsmls"], ["/opt/tivoli/tsm/client/hsm/bin"], (programs, _) => new MigrationProfile("dsm")
        {
            Migrate = List(programs[0], "-premigrate"),
            Release = List(programs[0], "-stubmigrated"),
            Recall = List(programs[1]),
            Test = new VerbCall([programs[2], VerbCall.Files], Feed.Words, Exits),
            State = new StateQuery(
                new VerbCall([programs[2], VerbCall.Files], Feed.Words, Exits) { Limit = TimeSpan.FromMinutes(1), IsOneDirectory = true },
                Parse),
        });

    private static VerbCall List(string program, params string[] options) =>
        new([program, .. options, $"-filelist={VerbCall.Files}"], Feed.ListFile, Exits) { Limit = OwnCommands.SlowLimit };

    /// <summary>Columns: actual size, resident size, resident blocks, state, name without directory.</summary>
    private static void Parse(string output, IReadOnlyList<string> paths, Dictionary<string, MigrationState> states)
    {
        var byName = paths.ToDictionary(Paths.NameOf);
        foreach (Match line in Line().Matches(output))
        {
            if (byName.TryGetValue(Paths.NameOf(line.Groups["name"].Value), out var path))
            {
                states[path] = line.Groups["state"].Value switch
                {
                    "r" => MigrationState.Resident,
                    "p" => MigrationState.Dual,
                    "m" => MigrationState.Offline,
                    _ => MigrationState.Unknown,
                };
            }
        }
    }

    [GeneratedRegex(@"^ *[0-9]+ +[0-9]+ +[0-9]+ +(?<state>[a-z-])(?: +\([a-z]\))? +(?<name>.+)$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
