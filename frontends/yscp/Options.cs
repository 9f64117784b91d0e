using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;
using static Pipe.CommandLine.OptionValue;
using Option = Pipe.CommandLine.Option<Pipe.Yscp.Draft>;

namespace Pipe.Yscp;

/// <summary>The option table of yscp: scp's letters with scp's meaning, and our own words.</summary>
internal static class Options
{
    private const string Ignored = "Accepted for compatibility with scp";

    public static string[] Groups { get; } = [TreeOptions.What, TransferOptions.Where, TransferOptions.How, TransferOptions.Shown, TransferOptions.Else, Ignored];

    public static Option[] All { get; } =
    [
        .. TreeOptions.Of<Draft>(),
        new("-T", "", TreeOptions.What, "take all names that the remote host sends", static (d, _) => d.TrustNames = true),

        .. Shared(TransferOptions.Where).Select(TransferOptions.WithKeep).Select(static option => option.Word == OptionWord.SshPort ? option with { Apply = static (d, a) => d.SshPort = SshPort(a) } : option),
        .. SshLetters.Where<Draft>(),
        new("-S", "PROGRAM", TransferOptions.Where, "program in ssh's place", static (d, a) => d.SshProgram = Text("-S", a)),
        new("-3", "", TransferOptions.Where, "between two remote hosts: all data through here", static (d, _) => (d.IsThroughHere, d.IsAtOrigin) = (true, false)),
        new("-R", "", TransferOptions.Where, "between two remote hosts: the first one does it", static (d, _) => (d.IsThroughHere, d.IsAtOrigin) = (false, true)),

        .. SshLetters.How<Draft>(),
        .. Shared(TransferOptions.How),

        .. Shared(TransferOptions.Shown).Select(static option => option.Word == OptionWord.Quiet ? option with { Apply = static (d, _) => d.IsQuiet = true } : option),
        .. Shared(TransferOptions.Else),

        new("-D", "PATH", Ignored, "the remote end is a process here; PATH is ignored", static (d, _) => d.WithoutSsh = true),
        new("-O", "", Ignored, "scp's old protocol: accepted, ignored", static (_, _) => { }),
        new("-s", "", Ignored, "SFTP: accepted, ignored", static (_, _) => { }),
        new("-X", "OPTION", Ignored, "tuning of SFTP: accepted, ignored", static (_, a) => Sftp(a)),
    ];

    public static OptionTable<Draft, Option> Table { get; } = new("yscp", Grammar.ScpLetters, All);

    private static IEnumerable<Option> Shared(string group) => TransferOptions.OfScp<Draft>(group);

    /// <summary>scp exits with 255 for a bad port, and with 1 for other invalid arguments.</summary>
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
