using System.Globalization;
using Pipe.Engine;
using Pipe.Protocol;
using static Pipe.Engine.OptionValue;

namespace Pipe.Yscp;

/// <summary>The option table of yscp: scp's letters with scp's meaning, and ours.</summary>
internal static class Options
{
    private const string What = "What is copied";
    private const string Where = "How hosts are reached";
    private const string How = "How the data travel";
    private const string Shown = "What is shown";
    private const string Ignored = "Taken for scp's sake";

    public static string[] Groups { get; } = [What, Where, How, Shown, Ignored];

    public static Option[] All { get; } =
    [
        Tree("-r", "", TreeFlags.Recurse, "directories with all that is in them"),
        Tree("-p", "", TreeFlags.Keep, "keep modification times and permissions"),
        Tree("-a", "", TreeFlags.All | TreeFlags.Recurse | TreeFlags.Keep, "-rp, and owners, attributes, links, holes, devices"),
        Tree("-Z", "--resume", TreeFlags.Resume, "do not send what is there already, by its digest"),
        Tree("--quick", "", TreeFlags.Resume | TreeFlags.Quick, "-Z, where the same size and time is proof enough"),
        new("--exclude", "PATTERN", What, "leave out what is called so; may be repeated", static (d, a) => d.Excludes.Add(Text("--exclude", a))),
        Tree("--one-file-system", "", TreeFlags.OneFileSystem, "leave out what lies on another file system"),
        Tree("--delete", "", TreeFlags.Delete, "remove from the target what the source does not have"),
        new("--verify", "", What, "compare both sides by digests, write nothing", static (d, _) => d.TreeErrand = TreeErrand.Verify),
        new("--dry-run", "", What, "say what would be done, write nothing", static (d, _) => d.TreeErrand = TreeErrand.DryRun),
        new("-T", "", What, "take all names that the remote host sends", static (d, _) => d.TrustNames = true),

        new("-P", "PORT", Where, "port of the ssh server", static (d, a) => d.SshPort = SshPort(a)),
        new("-i", "FILE", Where, "private key", static (d, a) => d.SshOptions.Add($"IdentityFile={SshWord(Text("-i", a))}")),
        new("-J", "HOSTS", Where, "go by way of these hosts", static (d, a) => d.SshOptions.Add($"ProxyJump={Text("-J", a)}")),
        new("-o", "OPTION", Where, "option as in ssh_config(5); may be repeated", static (d, a) => d.SshOptions.Add(Text("-o", a))),
        new("-F", "FILE", Where, "configuration file for ssh", static (d, a) => d.SshConfig = Text("-F", a)),
        new("-S", "PROGRAM", Where, "program in ssh's place", static (d, a) => d.SshProgram = Text("-S", a)),
        new("--keep", "SECONDS", Where, "leave the login open that long for the next call; 0: not", static (d, a) => d.KeepSeconds = Keep("--keep", a)),
        new("--bootstrap", "", Where, "bring this program along if it is not there", static (d, _) => d.Bootstrap = true),
        Ssh("-4", "AddressFamily=inet", "use IPv4 only"),
        Ssh("-6", "AddressFamily=inet6", "use IPv6 only"),
        Ssh("-A", "ForwardAgent=yes", "forward the authentication agent"),
        Ssh("-B", "BatchMode=yes", "never ask for a password"),
        Ssh("-C", "Compression=yes", "compress what goes inside ssh"),
        new("-3", "", Where, "between two remote hosts: all data through here", static (d, _) => (d.IsThroughHere, d.IsAtOrigin) = (true, false)),
        new("-R", "", Where, "between two remote hosts: the first one does it", static (d, _) => (d.IsThroughHere, d.IsAtOrigin) = (false, true)),

        new("-l", "LIMIT", How, "Kbit a second at most", static (d, a) => d.Rate = KilobitBytes * Kilobits(a)),
        new("--rate", "SIZE", How, "bytes a second at most", static (d, a) => d.Rate = Size("--rate", a, 1, long.MaxValue)),
        new("--encrypt", "", How, "encipher and tag every block", static (d, _) => d.Protect(Protection.Encrypt)),
        new("--authenticate", "", How, "tag every block: readable on the way, but tamper-proof", static (d, _) => d.Protect(Protection.Authenticate)),
        new("-c", "CIPHER", How, "cipher for ssh; means --encrypt too", static (d, a) => Cipher(d, Text("-c", a))),
        new("--ports", "LOW[-HIGH]", How, "ports for the data connections", static (d, a) => d.Ports = Range("--ports", a)),
        new("--channel", "tcp|udp|auto", How, "what carries the data; tcp by default", static (d, a) => d.Channel = Channel("--channel", a)),
        new("--udp", "PACE", How, "how fast datagrams go: fair, low or fixed:RATE", static (d, a) => d.Datagrams = Pacing("--udp", a, d.Datagrams)),
        new("--mtu", "auto|BYTES", How, "size of a packet with datagrams; auto by default", static (d, a) => d.Datagrams = d.Datagrams with { Mtu = Mtu("--mtu", a) }),
        new("--udp-buffer", "SIZE", How, "memory for datagrams at each end; 256m by default", static (d, a) => d.Datagrams = d.Datagrams with { Buffer = (int)Size("--udp-buffer", a, 1 << 20, Limits.MaxDatagramBuffer) }),
        new("--connect", "WAY", How, "how they come about: auto, direct, reverse or ssh", static (d, a) => d.ConnectMode = Connect("--connect", a)),
        new("--streams", "N", How, "data connections, 1 to 64; by default 2, more on a long link", static (d, a) => d.Streams = Streams("--streams", a)),

        new("-q", "", Shown, "no meter, no warnings", static (d, _) => d.Quiet = true),
        new("-v", "", Shown, "a summary at the end, and ssh's messages; more with -vv", static (d, _) => d.Verbose++),
        new("--events", "FD|FILE", Shown, "write what happens there, one JSON object a line", static (d, a) => d.Events = Text("--events", a)),
        new("--print-plan", "", Shown, "print the equal dmscp command lines, copy nothing", static (d, _) => d.Errand = Errand.PrintPlan),
        new("-h", "", Shown, "print this text", static (d, _) => d.Errand = Errand.Usage) { Word = "--help" },
        new("--version", "", Shown, "print the version", static (d, _) => d.Errand = Errand.Version),

        new("-D", "PATH", Ignored, "the far end is a process here; PATH does not count", static (d, _) => d.WithoutSsh = true),
        new("-O", "", Ignored, "scp's old protocol: nothing", static (_, _) => { }),
        new("-s", "", Ignored, "SFTP: nothing", static (_, _) => { }),
        new("-X", "OPTION", Ignored, "tuning of SFTP: nothing", static (_, a) => Sftp(a)),
    ];

    /// <summary>What -l counts in: 1024 bits.</summary>
    private const int KilobitBytes = 128;

    private const long MostKilobits = 100 * 1024 * 1024;

    public static Option? Find(string name) => Array.Find(All, option => option.IsCalled(name));

    private static Option Tree(string name, string word, TreeFlags flags, string help) =>
        new(name, "", What, help, (d, _) => d.Flags |= flags) { Word = word };

    private static Option Ssh(string name, string setting, string help) => new(name, "", Where, help, (d, _) => d.SshOptions.Add(setting));

    private static void Cipher(Draft draft, string ciphers)
    {
        draft.SshOptions.Add($"Ciphers={ciphers}");
        draft.Protect(Protection.Encrypt);
    }

    /// <summary>A word of ssh_config(5).</summary>
    private static string SshWord(string text) =>
        text.Any(static c => char.IsWhiteSpace(c) || c is '"' or '\'' or '\\' or '#')
            ? $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""
            : text;

    /// <summary>scp ends with 255 for a bad port, and with 1 for other arguments that make no sense.</summary>
    private static int SshPort(string value)
    {
        try
        {
            return Port("-P", value);
        }
        catch (Failure e)
        {
            throw new Failure(ExitCode.Unreachable, e.Message, e.Hint);
        }
    }

    private static long Kilobits(string value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostKilobits
            ? number
            : throw new Failure(ExitCode.Usage, $"-l: {value}: not a number of Kbit a second, which is 1 to {MostKilobits}");

    private static void Sftp(string value)
    {
        var (name, number) = value.Split('=', 2) is [var before, var behind] ? (before, behind) : (value, "");
        try
        {
            _ = name is "nrequests" or "buffer" ? Size($"-X: {name}", number, 1, int.MaxValue) : throw new Failure(ExitCode.Usage, $"-X: {value}: neither nrequests=N nor buffer=SIZE");
        }
        catch (Failure e)
        {
            throw new Failure(ExitCode.Unreachable, e.Message, e.Hint);
        }
    }
}
