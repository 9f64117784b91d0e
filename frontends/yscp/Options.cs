using System.Globalization;
using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;
using static Pipe.CommandLine.OptionValue;
using Option = Pipe.CommandLine.Option<Pipe.Yscp.Draft>;

namespace Pipe.Yscp;

/// <summary>The option table of yscp: scp's letters with scp's meaning, and ours.</summary>
internal static class Options
{
    private const string What = "What is copied";
    private const string Ignored = "Accepted for compatibility with scp";

    public static string[] Groups { get; } = [What, TransferOptions.Where, TransferOptions.How, TransferOptions.Shown, TransferOptions.Else, Ignored];

    private static readonly Dictionary<string, string> Letters = new()
    {
        [OptionWord.SshPort] = "-P",
        [OptionWord.SshOption] = "-o",
        [OptionWord.SshConfig] = "-F",
        [OptionWord.Quiet] = "-q",
        [OptionWord.Verbose] = "-v",
        [OptionWord.Help] = "-h",
    };

    public static Option[] All { get; } =
    [
        Tree("-r", "", TreeFlags.Recurse, "copy directories recursively"),
        Tree("-p", "", TreeFlags.Keep, "keep modification times and permissions"),
        Tree("-a", "", TreeFlags.All | TreeFlags.Recurse | TreeFlags.Keep, "-rp, and owners, attributes, links, holes, devices"),
        Tree("-Z", "--resume", TreeFlags.Resume, "resume: send only data that the target lacks"),
        Tree("--quick", "", TreeFlags.Resume | TreeFlags.Quick, "-Z, but trust equal size and time"),
        new("--exclude", "PATTERN", What, "leave out matching names; may be repeated", static (d, a) => d.Excludes.Add(Text("--exclude", a))),
        Tree("--one-file-system", "", TreeFlags.OneFileSystem, "stay on the file system of the source"),
        Tree("--delete", "", TreeFlags.Delete, "remove files from the target that the source lacks"),
        new("--verify", "", What, "compare both sides by digests, write nothing", static (d, _) => d.TreeErrand = TreeErrand.Verify),
        new("--dry-run", "", What, "print what would be done, write nothing", static (d, _) => d.TreeErrand = TreeErrand.DryRun),
        new("-T", "", What, "accept all names that the remote host sends", static (d, _) => d.TrustNames = true),

        .. Shared(TransferOptions.Where).Select(TransferOptions.WithKeep).Select(static option => option.Word == OptionWord.SshPort ? option with { Apply = static (d, a) => d.SshPort = SshPort(a) } : option),
        new("-i", "FILE", TransferOptions.Where, "private key", static (d, a) => d.SshOptions.Add($"IdentityFile={SshWord(Text("-i", a))}")),
        new("-J", "HOSTS", TransferOptions.Where, "connect through these jump hosts", static (d, a) => d.SshOptions.Add($"ProxyJump={Text("-J", a)}")),
        new("-S", "PROGRAM", TransferOptions.Where, "program to start instead of ssh", static (d, a) => d.SshProgram = Text("-S", a)),
        Ssh("-4", "AddressFamily=inet", "use IPv4 only"),
        Ssh("-6", "AddressFamily=inet6", "use IPv6 only"),
        Ssh("-A", "ForwardAgent=yes", "forward the authentication agent"),
        Ssh("-B", "BatchMode=yes", "never ask for a password"),
        Ssh("-C", "Compression=yes", "compress traffic inside ssh"),
        new("-3", "", TransferOptions.Where, "between two remote hosts: all data through this host", static (d, _) => (d.IsThroughHere, d.IsAtOrigin) = (true, false)),
        new("-R", "", TransferOptions.Where, "between two remote hosts: run the copy on the first", static (d, _) => (d.IsThroughHere, d.IsAtOrigin) = (false, true)),

        new("-l", "LIMIT", TransferOptions.How, "limit in Kbit a second", static (d, a) => d.Rate = KilobitBytes * Kilobits(a)),
        new("-c", "CIPHER", TransferOptions.How, "cipher for ssh; implies --encrypt", static (d, a) => Cipher(d, Text("-c", a))),

        .. Shared(TransferOptions.How),

        .. Shared(TransferOptions.Shown).Select(static option => option.Word == OptionWord.Quiet ? option with { Apply = static (d, _) => d.IsQuiet = true } : option),
        .. Shared(TransferOptions.Else),

        new("-D", "PATH", Ignored, "the remote end is a process here; PATH is ignored", static (d, _) => d.WithoutSsh = true),
        new("-O", "", Ignored, "scp's old protocol: accepted, ignored", static (_, _) => { }),
        new("-s", "", Ignored, "SFTP: accepted, ignored", static (_, _) => { }),
        new("-X", "OPTION", Ignored, "tuning of SFTP: accepted, ignored", static (_, a) => Sftp(a)),
    ];

    /// <summary>What -l counts in: 1024 bits.</summary>
    private const int KilobitBytes = 128;

    private const long MostKilobits = 100 * 1024 * 1024;

    public static OptionTable<Draft, Option> Table { get; } = new("yscp", Grammar.ScpLetters, All);

    private static IEnumerable<Option> Shared(string group) => TransferOptions.Of<Draft>(Grammar.ScpLetters, Letters, group).Where(static option => option.Name != OptionWord.VeryVerbose);

    private static Option Tree(string name, string word, TreeFlags flags, string help) =>
        new(name, "", What, help, (d, _) => d.Flags |= flags) { Word = word };

    private static Option Ssh(string name, string setting, string help) => new(name, "", TransferOptions.Where, help, (d, _) => d.SshOptions.Add(setting));

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
