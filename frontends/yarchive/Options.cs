using System.Globalization;
using Pipe.Archives;
using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;
using static Pipe.CommandLine.OptionValue;

namespace Pipe.Yarchive;

/// <summary>The option table of yarchive.</summary>
internal static class Options
{
    public const string Tape = "Data migration";

    private const string Stream = "Input and output";
    private const string Archive = "Storage";
    private const string Work = "Listing, verifying, removing";
    private const Verb Data = Verb.Put | Verb.Get;
    private const Verb Read = Verb.Get | Verb.Verify;

    public static string[] Groups { get; } = [Stream, Archive, Tape, Work, TransferOptions.Where, TransferOptions.How, TransferOptions.Shown, TransferOptions.Else];

    private static readonly Dictionary<string, string> Letters = new(TransferOptions.WordLetters) { [OptionWord.SshOption] = "-O" };

    public static Option[] All { get; } =
    [
        new("--tree", "DIR", Stream, Data, "put packs this tree with tar, get unpacks it", static (d, a) => d.Tree = Text("--tree", a)),
        new("-o", "FILE", Stream, Verb.Get, "write to this file instead of standard output", static (d, a) => d.Output = Text("-o", a)),
        new("--range", "FROM-[TO]", Stream, Verb.Get, "only these bytes, both ends included", static (d, a) => d.Range = ByteRange.Parse("--range", a)),
        new("--member", "PATH", Stream, Verb.Get, "only this member, found by the index", static (d, a) => d.Member = Text("--member", a)),
        new("--filter", "zstd|gzip|COMMAND", Stream, Data, "put: pass the stream through it; get: undo it", static (d, a) => d.Filter = Text("--filter", a)),
        new("--encrypt-with", "COMMAND", Stream, Verb.Put, "pass the stream through it, after the filter", static (d, a) => d.Encryption = Text("--encrypt-with", a)),
        new("--decrypt-with", "COMMAND", Stream, Verb.Get, "command that undoes --encrypt-with", static (d, a) => d.Encryption = Text("--decrypt-with", a)),
        new("--raw", "", Stream, Verb.Get, "write the stored bytes; undo no filter", static (d, _) => d.IsRaw = true),
        new("--fragment", "SIZE", Archive, Verb.Put, "size of a fragment; 64g by default", static (d, a) => d.Fragment = Size("--fragment", a, 1, long.MaxValue)),
        new("--stub", "SIZE", Archive, Verb.Put, "size of the first fragment; 0: like the others", static (d, a) => d.Stub = Size("--stub", a, 0, long.MaxValue)),
        new("--next", "DIR", Archive, Verb.Put | Verb.Rm, "next directory when one is full; may be repeated", static (d, a) => d.Next.Add(Text("--next", a))),
        new("--allow-empty", "", Archive, Verb.Put, "accept an empty stream", static (d, _) => d.AllowsEmpty = true),
        new("--index", "", Archive, Verb.Put, "record the members of a tar or cpio stream", static (d, _) => d.Flags |= ArchivingFlags.Index),
        new("--resume", "", Archive, Verb.Put, "continue after the last complete fragment", static (d, _) => d.Flags |= ArchivingFlags.Resume),
        new("--wait", "SECONDS", Archive, Data | Read, "wait this long for space or tape", static (d, a) => d.PatienceSeconds = Patience("--wait", a)),
        new("--keep", "N", Archive, Verb.Put | Verb.Rm, "keep the newest N of the series, remove the others", static (d, a) => d.Keep = Count("--keep", a))
        {
            OneDashHint = "--keep N keeps the newest N archives of a series, --keep-login SECONDS keeps the login",
        },
        new("--migrate", "", Tape, Verb.Put, "migrate each fragment once it is closed", static (d, _) => d.Flags |= ArchivingFlags.Migrate),
        new("--release", "", Tape, Data | Read, "free disk space once a second copy is proved", static (d, _) => d.Flags |= ArchivingFlags.Release),
        new("--hsm", "SYSTEM", Tape, Verb.Any, "data migration system; detected by default", static (d, a) => d.System = Text("--hsm", a)),
        SystemCommand("--migrate-cmd", Data, static (c, text) => c with { Migrate = text }, "your command to migrate files"),
        SystemCommand("--state-cmd", Data | Read | Verb.Ls | Verb.Info, static (c, text) => c with { State = text }, "your command to print the state of each file"),
        SystemCommand("--release-cmd", Data | Read, static (c, text) => c with { Release = text }, "your command to free the disk space of files"),
        SystemCommand("--recall-cmd", Data | Read, static (c, text) => c with { Recall = text }, "your command to recall files"),
        new("--recall-ahead", "SIZE", Tape, Read, "bytes to recall before they are read", static (d, a) => d.RecallAhead = Size("--recall-ahead", a, 1, long.MaxValue)),
        new("--json", "", Work, Verb.Ls | Verb.Info, "print one JSON object a line", static (d, _) => d.Words.Add("--json")),
        new("--fragments", "", Work, Verb.Info, "print a line for each fragment", static (d, _) => d.Words.Add("--fragments")),
        new("--sample", "N%", Work, Verb.Verify, "read only a random part of the fragments", static (d, a) => d.Sample = Percent("--sample", a)),
        new("--sha256", "", Work, Verb.Verify, "compare the SHA-256 digests too", static (d, _) => d.Words.Add("--sha256")),
        new("--force", "", Work, Verb.Rm, "remove even with a damaged manifest", static (d, _) => d.Words.Add("--force")),
        new("--dry-run", "", Work, Verb.Rm, "print what would be removed, remove nothing", static (d, _) => d.Words.Add("--dry-run")),
        .. Shared(TransferOptions.Where),
        .. Shared(TransferOptions.How),
        .. Shared(TransferOptions.Shown).Where(static option => option.Name != OptionWord.Json[1..]),
        .. Shared(TransferOptions.Else),
    ];

    public static OptionTable<Draft, Option> Table { get; } = new("yarchive", Grammar.SingleDashWords, All);

    private static IEnumerable<Option> Shared(string group) =>
        from shared in TransferOptions.Of<Draft>(Grammar.SingleDashWords, Letters, @group)
        select new Option(shared.Name, shared.Argument, shared.Group, Verb.Any, shared.Help, shared.Apply) { Word = shared.Word, Choices = shared.Choices };

    private static Option SystemCommand(string name, Verb of, Func<MigrationCommands, string, MigrationCommands> with, string help) =>
        new(name, "COMMAND", Tape, of, help, (d, a) => d.SystemCommands = with(d.SystemCommands, Text(name, a)));

    /// <summary>Parses a percentage with or without its sign.</summary>
    private static double Percent(string option, string text) =>
        double.TryParse(text.EndsWith('%') ? text[..^1] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent is > 0 and <= 100
            ? percent
            : throw new Failure(ExitCode.Usage, $"{option}: {text}: not a percentage", "write 5% for one fragment in twenty");
}
