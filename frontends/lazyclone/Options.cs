using Pipe.CommandLine;
using Pipe.Engine;
using static Pipe.CommandLine.OptionValue;
using Option = Pipe.CommandLine.Option<Pipe.Lazyclone.Draft>;

namespace Pipe.Lazyclone;

/// <summary>The option table of lazyclone.</summary>
internal static class Options
{
    private const string Clone = "The clone";
    private const string Export = "Export";
    private const string Work = "Commands to a running clone";

    public static string[] Groups { get; } = [Clone, Export, Work, TransferOptions.Where, TransferOptions.How, TransferOptions.Shown, TransferOptions.Else];

    public static Option[] All { get; } =
    [
        new("--metadata", "FILE", Clone, "hydrated regions; DESTINATION.lazyclone by default", static (d, a) => d.Metadata = Text("--metadata", a)),
        new("--region", "SIZE", Clone, "bytes of a region, 4k to 1g; 64k by default", static (d, a) => d.Region = Size("--region", a, 1, long.MaxValue)),
        new("--table", "LINE", Clone, "a table line of dm-clone instead of operands", static (d, a) => d.Table = Text("--table", a)),
        new("--force", "", Clone, "overwrite existing data and metadata", static (d, _) => d.Force = true),
        new("--live-source", "", Clone, "the source may be mounted for writing", static (d, _) => d.LiveSource = true),
        new("--dm-defaults", "", Clone, "one region in flight, as dm-clone", static (d, _) => d.DmDefaults = true),
        new("--io-timeout", "SECONDS", Clone, "how long a client waits for the source; 30", static (d, a) => d.IoTimeoutSeconds = Seconds("--io-timeout", a)),
        new("--max-failures", "N", Clone, "failures that stop the background; 5", static (d, a) => d.MaxFailures = Count("--max-failures", a)),
        new("--socket", "PATH", Export, "unix socket; DESTINATION.socket by default", static (d, a) => d.Socket = Text("--socket", a)),
        new("--listen", "ADDRESS:PORT", Export, "TCP: a loopback address, or with TLS", static (d, a) => d.Listen = Text("--listen", a)),
        new("--tls-certificates", "DIR", Export, "TLS, with certificates named as for qemu", static (d, a) => d.TlsCertificates = Text("--tls-certificates", a)),
        new("--stdio", "", Export, "standard input and output", static (d, _) => d.IsStdio = true),
        new("--json", "", Work, "status: one JSON object", static (d, _) => d.IsJson = true),
        new("--event", "NAME", Work, "wait: for this event; hydrated by default", static (d, a) => d.Event = Text("--event", a)),
        new("--range", "FROM-[TO]", Work, "warm: these bytes, both included; all by default", static (d, a) => d.Range = Checked(a)),
        new("--file", "FILE", Work, "warm: the ranges in this file, one a line", static (d, a) => d.RangeFile = Text("--file", a)),
        .. Shared(TransferOptions.Where),
        .. Shared(TransferOptions.How),
        .. Shared(TransferOptions.Shown).Where(static option => option.Name != OptionWord.Json[1..]),
        .. Shared(TransferOptions.Else),
    ];

    public static OptionTable<Draft, Option> Table { get; } = new("lazyclone", Grammar.SingleDashWords, All);

    private static string Checked(string range)
    {
        _ = ByteRange.Parse("--range", range);
        return range;
    }

    private static IEnumerable<Option> Shared(string group) => TransferOptions.Of<Draft>(Grammar.SingleDashWords, TransferOptions.WordLetters, group);
}
