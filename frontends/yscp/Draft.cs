using System.Globalization;
using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Yscp;

/// <summary>The options of a yscp command line so far.</summary>
internal sealed class Draft : TransferDraft
{
    /// <summary>-S: takes ssh's place and its arguments.</summary>
    public string SshProgram { get; set; } = "";

    /// <summary>-D: the far end is a child process of this one, whatever host is named.</summary>
    public bool WithoutSsh { get; set; }

    /// <summary>-3: between two remote hosts, everything goes through here.</summary>
    public bool IsThroughHere { get; set; }

    /// <summary>-R: between two remote hosts, the first one does it.</summary>
    public bool IsAtOrigin { get; set; }

    /// <summary>-q: stronger than -v, as in scp.</summary>
    public bool IsQuiet { get; set; }

    public TreeFlags Flags { get; set; }

    public List<string> Excludes { get; } = [];

    public TreeErrand TreeErrand { get; set; }

    public bool TrustNames { get; set; }

    /// <summary>Everything of a plan but its ends.</summary>
    public Plan ToPlan(Direction direction, Remote remote, Resource there, Resource here) => PlanFor(direction, remote, there, here) with
    {
        Errand = TreeErrand,
        TrustNames = TrustNames,
    };

    public Resource Tree(IEnumerable<string> names, TreeFlags more) => Resource.Tree("", names, Flags | more, Excludes);

    /// <summary>How a host is reached. Throws <see cref="Failure"/> for names that ssh must not be given.</summary>
    public Remote Reach(Operand operand)
    {
        var (user, host) = (operand.CheckedUser(), operand.CheckedHost());
        if (WithoutSsh)
        {
            return new Remote { Host = host, User = user, Shell = Remote.Local };
        }

        var port = operand.Port > 0 ? operand.Port : SshPort;
        var shell = SshProgram.Length > 0 ? ProgramLine(port) : Shell;
        if (SshProgram.Length == 0 && shell.Length > 0 && (port > 0 || SshOptions.Count > 0 || SshConfig.Length > 0))
        {
            throw UsageError("-P, -o and -F are for ssh, not for the remote shell of --launch", "write ssh's own options into --launch: --launch 'ssh -p 2222'");
        }

        return shell.Length > 0
            ? new Remote { Host = host, User = user, Shell = shell, Prefix = Prefix, Bootstrap = Bootstrap }
            : RemoteAt(host, user, "", KeepSeconds ?? Preferred.KeepSeconds) with { SshPort = port, SshOptions = [.. AllSshOptions()] };
    }

    public void CheckCombinations()
    {
        if (Flags.HasFlag(TreeFlags.Delete) && !Flags.HasFlag(TreeFlags.Recurse))
        {
            throw new Failure(ExitCode.Usage, "--delete needs -r or -a", "it removes files that the source directories do not have");
        }
    }

    private IEnumerable<string> AllSshOptions()
    {
        foreach (var option in SshOptions)
        {
            yield return option;
        }

        if (IsQuiet || Verbose > 0)
        {
            yield return IsQuiet ? "LogLevel=QUIET" : string.Create(CultureInfo.InvariantCulture, $"LogLevel=DEBUG{Math.Min(Verbose, 3)}");
        }
    }

    /// <summary>ssh's own arguments for a program that understands them.</summary>
    private string ProgramLine(int port)
    {
        List<string> words = [SshProgram, "-x", "-T"];
        if (SshConfig.Length > 0)
        {
            words.AddRange(["-F", SshConfig]);
        }

        if (port > 0)
        {
            words.AddRange(["-p", port.ToString(CultureInfo.InvariantCulture)]);
        }

        words.AddRange(AllSshOptions().Select(option => $"-o{option}"));
        return string.Join(' ', words.Select(ShellWords.Quote));
    }
}
