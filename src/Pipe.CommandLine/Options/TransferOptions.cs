using System.Globalization;
using Pipe.Engine;
using Pipe.Protocol;
using static Pipe.CommandLine.OptionValue;
using static Pipe.CommandLine.PlanWords;

namespace Pipe.CommandLine;

/// <summary>The options common to all programs. Each program adds its own letters for them.</summary>
internal static class TransferOptions
{
    public const string Where = "Remote host";
    public const string How = "Data transfer";
    public const string Shown = "Output";
    public const string Else = "Other actions";

    private sealed record Shared(string Word, string Argument, string Group, string Help, Action<TransferDraft, string, string> Apply)
    {
        public string[] Choices { get; init; } = [];

        /// <summary>Stores the value in the settings of a configuration file; null if the option is for the command line only.</summary>
        public Action<TransferSettings, string, string>? Set { get; init; }

        public Func<Plan, IEnumerable<string>> Print { get; init; } = static _ => [];
    }

    private static readonly Shared[] All =
    [
        new(OptionWord.SshPort, "PORT", Where, "port of the ssh server", static (d, name, a) => d.SshPort = Port(name, a))
        {
            Print = static p => Given(p.Remote.SshPort),
        },
        new(OptionWord.SshOption, "OPTION", Where, "option as in ssh_config(5); may be repeated", static (d, name, a) => d.SshOptions.Add(Text(name, a)))
        {
            Print = static p => p.Remote.SshOptions,
        },
        new(OptionWord.SshConfig, "FILE", Where, "configuration file for ssh", static (d, name, a) => d.SshConfig = Text(name, a))
        {
            Print = static p => Given(p.Remote.SshConfig),
        },
        new(OptionWord.Launch, "CMD|builtin|local", Where, "instead of ssh; builtin: its own ssh; local: a child here", static (d, name, a) => d.Shell = Shell(name, a))
        {
            Print = static p => Given(p.Remote.Shell),
        },
        new(OptionWord.Prefix, "TEXT", Where, "shell text to run there before the program", static (d, _, a) => d.Prefix = a)
        {
            Print = static p => Given(p.Remote.Prefix),
        },
        Setting(OptionWord.KeepLogin, "SECONDS[,own]|end", Where, "keep the login open that long for the next call; 0: do not", static (s, name, a) => s.Keep = (Keep(name, a), LoginKeeping.IsOverUsers(a))) with
        {
            Print = static p => p.Remote.KeepSeconds == 0 ? [] : [Keep(p.Remote)],
        },
        Switch(OptionWord.Bootstrap, Where, "copy this program to the host if it is missing there", static (s, yes) => s.Bootstrap = yes) with
        {
            Print = static p => Flag(p.Remote.Bootstrap),
        },
        Setting(OptionWord.Ports, "LOW[-HIGH]", How, "ports for incoming connections and datagrams", static (s, name, a) => s.Ports = Range(name, a)) with
        {
            Print = static p => Ports(p.Ports),
        },
        Setting(OptionWord.SocketBuffer, "SIZE", How, "socket buffer of a data connection, 4k to 1g", static (s, name, a) => s.SocketBuffer = (int)Size(name, a, 4 << 10, 1 << 30)) with
        {
            Print = static p => p.WindowSize == 0 ? [] : [ByteSize.Print(p.WindowSize)],
        },
        Setting(OptionWord.Checksum, "[xxh3|crc32c|sha256|none]", How, "checksum of each block; xxh3 by default", static (s, name, a) => s.Checksum = Digest(name, a)) with
        {
            Choices = Digests,
            Print = static p => p.Checksum == DigestKind.XxHash3 ? [] : [DigestName(p.Checksum)],
        },
        Switch(OptionWord.Authenticate, How, "authenticate every block: readable, but tamper-proof", static (s, yes) => s.Authenticate = yes) with
        {
            Print = static p => Flag(p.Protection == Protection.Authenticate),
        },
        Switch(OptionWord.Encrypt, How, "encrypt and authenticate every block", static (s, yes) => s.Encrypt = yes) with
        {
            Print = static p => Flag(p.Protection == Protection.Encrypt),
        },
        Setting(OptionWord.Connect, "auto|direct|reverse|ssh", How, "how data connections are made; auto by default", static (s, name, a) => s.Connect = Connect(name, a)) with
        {
            Print = static p => p.ConnectMode == ConnectMode.Auto ? [] : [ConnectModeName.Of(p.ConnectMode)],
        },
        Setting(OptionWord.Channel, "tcp|udp|auto", How, "transport for the data; tcp by default", static (s, name, a) => s.Channel = Channel(name, a)) with
        {
            Print = static p => p.Channel == DataChannel.Tcp ? [] : [Channels[(int)p.Channel]],
        },
        Setting(OptionWord.Udp, "fair|low|fixed:RATE", How, "sending rate of datagrams; RATE is in bytes per second", static (s, name, a) => s.Pacing = Pacing(name, a)) with
        {
            Print = static p => p.Datagrams.Pace == DatagramPace.Fair ? [] : [Pacing(p.Datagrams)],
        },
        Setting(OptionWord.Mtu, "auto|BYTES", How, "packet size for datagrams; auto by default", static (s, name, a) => s.Mtu = Mtu(name, a)) with
        {
            Print = static p => Given(p.Datagrams.Mtu),
        },
        Setting(OptionWord.UdpBuffer, "SIZE", How, "memory for datagrams at each end; 256m by default", static (s, name, a) => s.DatagramBuffer = DatagramBuffer(name, a)) with
        {
            Print = static p => p.Datagrams.Buffer == 0 ? [] : [ByteSize.Print(p.Datagrams.Buffer)],
        },
        Setting(OptionWord.DataHost, "ADDRESS", How, "address for data connections instead of ssh's", static (s, name, a) => s.DataHost = PeerName.Checked(name, "address", a)) with
        {
            Print = static p => Given(p.DataHost),
        },
        Setting(OptionWord.Streams, "N", How, "data connections, 1 to 64; by default 2, more on a long link", static (s, name, a) => s.Streams = Streams(name, a)) with
        {
            Print = static p => Given(p.Streams),
        },
        Setting(OptionWord.Rate, "SIZE", How, "limit in bytes per second", static (s, name, a) => s.Rate = Size(name, a, 1, long.MaxValue)) with
        {
            Print = static p => p.Rate == 0 ? [] : [ByteSize.Print(p.Rate)],
        },
        Setting(OptionWord.Timeout, "SECONDS", How, "how long the other side may be silent; 30 by default", static (s, name, a) => s.TimeoutSeconds = Seconds(name, a)) with
        {
            Print = static p => Given(p.TimeoutSeconds == Plan.DefaultTimeoutSeconds ? 0 : p.TimeoutSeconds),
        },
        new(OptionWord.Progress, "", Shown, "draw a meter, if standard error is a terminal", static (d, _, _) => d.Progress = true),
        new(OptionWord.Events, "FD|FILE", Shown, "write events there, one JSON object per line", static (d, name, a) => d.Events = Text(name, a)),
        new(OptionWord.Json, "", Shown, "print the result as one JSON object", static (d, _, _) => d.IsJson = true),
        new(OptionWord.Quiet, "", Shown, "no warnings, no meter", static (d, _, _) => d.Verbose = -1),
        new(OptionWord.Verbose, "", Shown, "report each step, and a summary at the end", static (d, _, _) => d.Verbose = Math.Max(d.Verbose, 0) + 1),
        new(OptionWord.VeryVerbose, "", Shown, "report more", static (d, _, _) => d.Verbose = 2),
        new(OptionWord.PrintPlan, "", Else, "print the equivalent dmscp command lines", static (d, _, _) => d.Kind = CommandKind.PrintPlan),
        new(OptionWord.Help, "", Else, "print this text", static (d, _, _) => d.Kind = CommandKind.Usage),
        new(OptionWord.Version, "", Else, "print the version", static (d, _, _) => d.Kind = CommandKind.Version),
    ];

    /// <summary>The words without dashes that a configuration file may contain.</summary>
    public static IReadOnlyList<string> SettingNames { get; } = [.. All.Where(static shared => shared.Set is not null).Select(static shared => shared.Word[2..]).Order(StringComparer.Ordinal)];

    /// <summary>Stores a value of a configuration file, or throws <see cref="Failure"/>; null if the name is unknown. keep is an earlier name of keep-login.</summary>
    public static Action<TransferSettings, string, string>? SettingOf(string name) =>
        Array.Find(All, shared => shared.Word[2..] == (name == "keep" ? OptionWord.KeepLogin[2..] : name))?.Set;

    /// <summary>The options for the data of a plan, each with its argument, "" for a flag; none for default values.</summary>
    public static IEnumerable<(string Word, string Argument)> DataWords(Plan plan) =>
        from shared in All
        where shared.Group == How
        from argument in shared.Print(plan)
        select (shared.Word, argument);

    /// <summary>The letters of the programs with words of one dash.</summary>
    public static IReadOnlyDictionary<string, string> WordLetters { get; } = new Dictionary<string, string>
    {
        [OptionWord.SshPort] = "-P",
        [OptionWord.SshOption] = "-o",
        [OptionWord.SshConfig] = "-F",
        [OptionWord.Launch] = "-e",
        [OptionWord.Ports] = "-p",
        [OptionWord.Quiet] = "-q",
        [OptionWord.Verbose] = "-v",
        [OptionWord.VeryVerbose] = "-vv",
        [OptionWord.Help] = "-h",
    };

    /// <summary>The letters of the programs with the command line of scp, where -e, -p and -vv have other meanings.</summary>
    private static readonly Dictionary<string, string> ScpLetters = new()
    {
        [OptionWord.SshPort] = "-P",
        [OptionWord.SshOption] = "-o",
        [OptionWord.SshConfig] = "-F",
        [OptionWord.Quiet] = "-q",
        [OptionWord.Verbose] = "-v",
        [OptionWord.Help] = "-h",
    };

    /// <summary>The options of a group for a program with the command line of scp; -v may be repeated there.</summary>
    public static IEnumerable<Option<TDraft>> OfScp<TDraft>(string group)
        where TDraft : TransferDraft =>
        Of<TDraft>(Grammar.ScpLetters, ScpLetters, group).Where(static option => option.Name != OptionWord.VeryVerbose);

    /// <param name="grammar">How the program spells words.</param>
    /// <param name="letters">The program's own names for some of the words.</param>
    /// <param name="group">The group whose options are returned.</param>
    public static IEnumerable<Option<TDraft>> Of<TDraft>(Grammar grammar, IReadOnlyDictionary<string, string> letters, string group)
        where TDraft : TransferDraft =>
        from shared in All
        where shared.Group == @group
        select Make<TDraft>(shared, grammar, letters.GetValueOrDefault(shared.Word));

    /// <summary>--keep is an earlier name of --keep-login. In yarchive it has another meaning.</summary>
    public static Option<TDraft> WithKeep<TDraft>(Option<TDraft> option) =>
        option.Name.TrimStart('-') == OptionWord.KeepLogin.TrimStart('-') ? option with { Alias = "--keep" } : option;

    private static Shared Setting(string word, string argument, string group, string help, Action<TransferSettings, string, string> set) =>
        new(word, argument, group, help, (draft, name, value) => set(draft.Given, name, value)) { Set = set };

    /// <summary>A flag, which is yes or no in a configuration file.</summary>
    private static Shared Switch(string word, string group, string help, Action<TransferSettings, bool> set) =>
        new(word, "", group, help, (draft, _, _) => set(draft.Given, true)) { Set = (settings, name, value) => set(settings, YesOrNo(name, value)) };

    private static Option<TDraft> Make<TDraft>(Shared shared, Grammar grammar, string? own)
        where TDraft : TransferDraft
    {
        var name = own ?? (grammar == Grammar.SingleDashWords ? shared.Word[1..] : shared.Word);
        return new Option<TDraft>(name, shared.Argument, shared.Group, shared.Help, (draft, argument) => shared.Apply(draft, name, argument))
        {
            Word = own is null ? "" : shared.Word,
            Choices = shared.Choices,
            Print = shared.Print,
        };
    }

    private static IEnumerable<string> Ports(PortRange range) =>
        range == PortRange.Any ? []
        : range.Low == range.High ? Given(range.Low)
        : [string.Create(CultureInfo.InvariantCulture, $"{range.Low}-{range.High}")];
}
