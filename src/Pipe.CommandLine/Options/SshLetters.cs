using System.Globalization;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>scp's letters for options of ssh, with scp's meaning.</summary>
internal static class SshLetters
{
    /// <summary>Bytes of the unit of -l: 1024 bits.</summary>
    private const int KilobitBytes = 128;

    private const long MaxKilobits = 100 * 1024 * 1024;

    public static IEnumerable<Option<TDraft>> Where<TDraft>()
        where TDraft : TransferDraft =>
    [
        new("-i", "FILE", TransferOptions.Where, "private key", static (d, a) => d.SshOptions.Add($"IdentityFile={Word(OptionValue.Text("-i", a))}")),
        new("-J", "HOSTS", TransferOptions.Where, "connect through these jump hosts", static (d, a) => d.SshOptions.Add($"ProxyJump={OptionValue.Text("-J", a)}")),
        Setting<TDraft>("-4", "AddressFamily=inet", "use IPv4 only"),
        Setting<TDraft>("-6", "AddressFamily=inet6", "use IPv6 only"),
        Setting<TDraft>("-A", "ForwardAgent=yes", "forward the authentication agent"),
        Setting<TDraft>("-B", "BatchMode=yes", "never ask for a password"),
        Setting<TDraft>("-C", "Compression=yes", "compress the traffic inside ssh"),
    ];

    public static IEnumerable<Option<TDraft>> How<TDraft>()
        where TDraft : TransferDraft =>
    [
        new("-l", "LIMIT", TransferOptions.How, "limit in Kbit per second", static (d, a) => d.Given.Rate = KilobitBytes * Kilobits(a)),
        new("-c", "CIPHER", TransferOptions.How, "cipher for ssh; implies --encrypt", static (d, a) => Cipher(d, OptionValue.Text("-c", a))),
    ];

    private static Option<TDraft> Setting<TDraft>(string name, string setting, string help)
        where TDraft : TransferDraft => new(name, "", TransferOptions.Where, help, (d, _) => d.SshOptions.Add(setting));

    private static void Cipher(TransferDraft draft, string ciphers)
    {
        draft.SshOptions.Add($"Ciphers={ciphers}");
        draft.Given.Encrypt = true;
    }

    /// <summary>Quotes a word for ssh_config(5).</summary>
    private static string Word(string text) =>
        text.Any(static c => char.IsWhiteSpace(c) || c is '"' or '\'' or '\\' or '#')
            ? $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""
            : text;

    private static long Kilobits(string value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MaxKilobits
            ? number
            : throw new Failure(ExitCode.Usage, $"-l: {value}: not a number of Kbit per second (1 to {MaxKilobits})");
}
