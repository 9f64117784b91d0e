using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;
using static Pipe.CommandLine.OptionValue;
using Option = Pipe.CommandLine.Option<Pipe.Dccli.Draft>;

namespace Pipe.Dccli;

/// <summary>The option table of dccli: the letters of yscp, and options for several destinations.</summary>
internal static class Options
{
    private const string Many = "Destinations";
    private const long LeastMemory = 8 << 20;
    private const long MostMemory = 1L << 40;
    private const int MostLogins = 1000;
    private const int MostRetries = 100;

    public static string[] Groups { get; } = [TreeOptions.What, Many, TransferOptions.Where, TransferOptions.How, TransferOptions.Shown, TransferOptions.Else];

    public static Option[] All { get; } =
    [
        .. TreeOptions.Of<Draft>(),
        new("--command", "CMD", TreeOptions.What, "standard input goes to this command there", static (d, a) => d.Command = Text("--command", a)),

        new("--to", "FILE", Many, "list of destinations, HOST:PATH a line; -: standard input", static (d, a) => d.To.Add(Text("--to", a))),
        new("--allocation", "", Many, "the nodes of the Slurm job; destinations are written :PATH", static (d, _) => d.IsAllocation = true),
        new("-H", "HOST", Many, "HOST reads the sources and sends them", static (d, a) => d.Sender = Text("-H", a)),
        new("--fanout", "N", Many, "logins at a time; 32 by default", static (d, a) => d.Logins = Number("--fanout", a, 1, MostLogins)),
        new("--slow", "reread|wait|drop:LIMIT", Many, "treatment of a destination that lags behind", static (d, a) => d.Slow = SlowOf(a)),
        new("--memory", "SIZE", Many, "memory for blocks that some still need; 256m by default", static (d, a) => d.Memory = Size("--memory", a, LeastMemory, MostMemory)),
        new("--retries", "N", Many, "how often an interrupted copy is resumed; 2 by default", static (d, a) => d.Retries = Number("--retries", a, 0, MostRetries)),
        new("--strict", "", Many, "one destination that fails ends all", static (d, _) => d.IsStrict = true),

        .. Shared(TransferOptions.Where),
        .. SshLetters.Where<Draft>(),
        .. SshLetters.How<Draft>(),
        .. Shared(TransferOptions.How),
        .. Shared(TransferOptions.Shown).Select(static option => option.Name == OptionWord.Json ? option with { Help = "print the results as JSON, one destination a line" } : option),
        .. Shared(TransferOptions.Else),
    ];

    public static OptionTable<Draft, Option> Table { get; } = new("dccli", Grammar.ScpLetters, All);

    private static IEnumerable<Option> Shared(string group) => TransferOptions.OfScp<Draft>(group);

    /// <summary>Parses drop:30, in seconds, and drop:50%, in percent of the others' progress.</summary>
    private static SlowPolicy SlowOf(string value)
    {
        const string drop = "drop:";
        return value switch
        {
            "reread" => new SlowPolicy(SlowAction.Reread),
            "wait" => new SlowPolicy(SlowAction.Wait),
            [.. var before, '%'] when before.StartsWith(drop, StringComparison.Ordinal) => new SlowPolicy(SlowAction.Drop, Percent: Number("--slow", before[drop.Length..], 1, 99)),
            _ when value.StartsWith(drop, StringComparison.Ordinal) => new SlowPolicy(SlowAction.Drop, Seconds("--slow", value[drop.Length..])),
            _ => throw new Failure(ExitCode.Usage, $"--slow: {value}: not one of reread, wait, drop:SECONDS, drop:PERCENT%"),
        };
    }
}
