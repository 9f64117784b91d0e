using System.Text.RegularExpressions;
using Pipe.Linux;

namespace Pipe.Archives;

/// <summary>
/// A script for an external pool of IBM Storage Scale's policy engine: SCRIPT VERB LIST. PREMIGRATE copies, MIGRATE of a premigrated file frees its
/// space. The interface has no query for the state: mmlsattr shows the marks of IBM's own systems on a file; for any other system behind the script,
/// the user must give a state command.
/// </summary>
internal static partial class GpfsScript
{
    private static readonly ExitMap Exits = new(Verdict.Done, Verdict.Retry);

    /// <summary>The word after the colon is the full path of the script.</summary>
    public static readonly MigrationKind Kind = new("gpfs-script", ["mmlsattr"], ["/usr/lpp/mmfs/bin"], (programs, script) => new MigrationProfile("gpfs-script")
    {
        Migrate = List(script, "PREMIGRATE"),
        Release = List(script, "MIGRATE"),
        Recall = List(script, "RECALL"),
        Forget = List(script, "PURGE"),
        Test = new VerbCall([script, "TEST", VerbCall.Files], Feed.Words, new ExitMap(Verdict.Done, Verdict.Fatal)),
        State = new StateQuery(
            new VerbCall([programs[0], "-L", "-d", VerbCall.Files], Feed.Words, Exits) { Limit = TimeSpan.FromMinutes(1) },
            Parse),
    })
    {
        Needs = "script",
    };

    private static VerbCall List(string script, string verb) =>
        new([script, verb, VerbCall.Files], Feed.ListFile, Exits) { Line = Record, Limit = OwnCommands.SlowLimit };

    /// <summary>Formats <c>INODE GENERATION SNAPSHOT -- PATH</c>; generation and snapshot are unknown here.</summary>
    private static string Record(string path) => $"{FileStatus.Of(path)?.Inode ?? 0} 0 0 -- {path}";

    /// <summary>Parses a paragraph for each file, which begins with <c>file name:</c>.</summary>
    private static void Parse(string output, IReadOnlyList<string> paths, Dictionary<string, MigrationState> states)
    {
        var known = paths.ToHashSet();
        foreach (var paragraph in FileName().Split(output).Skip(1))
        {
            var path = paragraph.Split('\n')[0].Trim();
            if (known.Contains(path) && Attributes().Match(paragraph) is { Success: true } attributes)
            {
                states[path] = paragraph.Contains("dmapi.IBMPMig", StringComparison.Ordinal) ? MigrationState.Dual
                    : attributes.Value.Contains("OFFLINE", StringComparison.Ordinal) || Copied().IsMatch(paragraph) ? MigrationState.Offline
                    : MigrationState.Resident;
            }
        }
    }

    [GeneratedRegex("^Misc attributes:.*$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Attributes();

    [GeneratedRegex(@"dmapi\.IBM(Obj|TPS)", RegexOptions.CultureInvariant)]
    private static partial Regex Copied();

    [GeneratedRegex("^file name: +", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex FileName();
}
