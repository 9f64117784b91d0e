using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;
using static Pipe.CommandLine.OptionValue;
using Option = Pipe.CommandLine.Option<Pipe.Dolly.Draft>;

namespace Pipe.Dolly;

/// <summary>The option table of dolly: the letters of dolly 0.57 to 0.64, and words for what that does not have.</summary>
internal static class Options
{
    /// <summary>The option whose argument is taken only if the next word is not an option.</summary>
    public const string AnyServer = "-S";

    private const string What = "Source";
    private const string To = "Nodes and targets";
    private const string Classic = "Classic dolly";
    private const int MostSeconds = 365 * 86400;
    private const int MostRetries = 1000;
    private const int MostBlock = 64 << 20;

    /// <summary>
    /// Words of other programs. The data of a chain always come over a direct connection from the node before, -v may be repeated, and --timeout has a row of
    /// its own.
    /// </summary>
    private static readonly string[] Left = [OptionWord.Timeout, OptionWord.VeryVerbose, OptionWord.Connect];

    private static readonly Dictionary<string, string> Letters = new()
    {
        [OptionWord.SocketBuffer] = "-u",
        [OptionWord.Quiet] = "-q",
        [OptionWord.Verbose] = "-v",
        [OptionWord.Help] = "-h",
        [OptionWord.Version] = "-V",
    };

    public static string[] Groups { get; } = [What, To, Classic, TransferOptions.Where, TransferOptions.How, TransferOptions.Shown, TransferOptions.Else];

    public static Option[] All { get; } =
    [
        new("-f", "CONFIG", What, "configuration file; - for standard input", static (d, a) => d.ConfigFile = Text("-f", a)),
        new("-I", "FILE", What, "file or device to send; - for standard input", static (d, a) => d.Input = Text("-I", a)) { Alias = "-i" },
        new("-D", "DIRS", What, "directories to send as a tar stream", static (d, a) => d.Directories.AddRange(List("-D", a))),
        new("-X", "PATHS", What, "paths that -D leaves out", static (d, a) => d.Excludes.AddRange(List("-X", a))),
        new("-d", "", What, "send zeros, use no disk; with -H: wake clients", static (d, _) => d.IsDummyOrKnock = true),
        new("-t", "SECONDS", What, "send zeros for that time", static (d, a) => d.DummySeconds = Number("-t", a, 0, MostSeconds)),
        new("-c", "SIZE", What, "size after decompression, for the statistics", static (d, a) => d.UncompressedSize = Size("-c", a, 0, long.MaxValue)),

        new("-H", "HOSTS", To, "the nodes: node[1-64], or a list with commas", static (d, a) => d.Hosts.AddRange(HostsOf(a))),
        new("-O", "FILE", To, "file or device on each node, by default that of -I", static (d, a) => d.Output = Text("-O", a)),
        new("--command", "CMD", To, "the data go to this command on each node", static (d, a) => d.Command = Text("--command", a)),
        new("-s", "", To, "this host is the server of the configuration", static (d, _) => d.IsServer = true),
        new(AnyServer, "[HOST]", To, "the same, regardless of its name", static (d, _) => d.IsAnyServer = true) { Choices = [""] },
        new("--fanout", "N", To, "each node feeds N others; 1 by default, a chain", static (d, a) => d.Fanout = Number("--fanout", a, 1, Configuration.MostFanout)),
        new("-n", "", To, "accepted: only the targets are synced in any case", static (_, _) => { }),
        new("--verify", "read", To, "each node reads its target again, past the cache", static (d, a) => d.VerifiesByReading = IsRead(a)),
        new("--strict", "", To, "exit with 1 if any node failed", static (d, _) => d.IsStrict = true),

        new("--classic", "", Classic, "speak the protocol of dolly 0.5x, unverified", static (d, _) => d.IsClassic = true),
        new("--allow-from", "ADDRESS", Classic, "a client accepts connections from there only", static (d, a) => d.AllowFrom.Add(Text("--allow-from", a))),
        new("--outfile", "FILE", Classic, "the only file that a client writes", static (d, a) => d.ClassicOutput = Text("--outfile", a)),
        new("-b", "SIZE", Classic, "bytes of a read; 64k by default", static (d, a) => d.BlockSize = (int)Size("-b", a, 1, MostBlock)),
        new("-r", "N", Classic, "further tries of a connection that fails", static (d, a) => d.Retries = Number("-r", a, 0, MostRetries)),
        new("-Y", "", Classic, "a hyphen is part of a name: hyphennormal", static (d, _) => d.IsHyphenNormal = true),

        new("--ssh", "CMD", TransferOptions.Where, "ssh command with its options", static (d, a) => d.Shell = Shell("--ssh", a)),
        .. Shared(TransferOptions.Where),
        new("-R", "", TransferOptions.Where, "look up names here, and give addresses to the nodes", static (d, _) => d.ResolvesNames = true),
        new("-4", "", TransferOptions.Where, "use IPv4 only", static (d, _) => d.SshOptions.Add("AddressFamily=inet")),
        new("-6", "", TransferOptions.Where, "use IPv6 only", static (d, _) => d.SshOptions.Add("AddressFamily=inet6")),
        new("-a", "SECONDS", TransferOptions.How, "how long any node may be idle, in every phase", static (d, a) => d.LimitIdle(a)) { Word = OptionWord.Timeout },
        .. Shared(TransferOptions.How),
        .. Shared(TransferOptions.Shown).Select(static option => option.Name == OptionWord.Json ? option with { Help = "print the results as JSON, one node per line" } : option),
        new("-o", "FILE", TransferOptions.Shown, "append a line of statistics, as dolly does", static (d, a) => d.Log = Text("-o", a)),
        .. Shared(TransferOptions.Else),
    ];

    public static OptionTable<Draft, Option> Table { get; } = new("dolly", Grammar.ScpLetters, All);

    private static IEnumerable<Option> Shared(string group) =>
        TransferOptions.Of<Draft>(Grammar.ScpLetters, Letters, group).Where(static option => !option.Names.Any(Left.Contains));

    private static string[] List(string name, string value) => Text(name, value).Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> HostsOf(string value) =>
        HostList.ExpandAll(Text("-H", value)).Select(static host => PeerName.Checked("-H", PeerName.HostName, host));

    private static bool IsRead(string value) =>
        value == "read" ? true : throw new Failure(ExitCode.Usage, $"--verify: {value}: not read", "--verify=read reads each target again past the page cache");
}
