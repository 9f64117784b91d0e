using System.Globalization;
using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Yscp;

/// <summary>The options of a yscp command line so far.</summary>
internal sealed class Draft() : TransferDraft("yscp"), ITreeDraft
{
    /// <summary>-S: a program that replaces ssh and gets its arguments.</summary>
    public string SshProgram { get; set; } = "";

    /// <summary>-D: the remote end is a child process of this one, regardless of the host.</summary>
    public bool WithoutSsh { get; set; }

    /// <summary>-3: copies between two remote hosts pass through this host.</summary>
    public bool IsThroughHere { get; set; }

    /// <summary>-R: copies between two remote hosts are made by the first one.</summary>
    public bool IsAtOrigin { get; set; }

    /// <summary>-q: takes precedence over -v, as in scp.</summary>
    public bool IsQuiet { get; set; }

    public TreeFlags Flags { get; set; }

    public List<string> Excludes { get; } = [];

    public TreeAction TreeAction { get; set; }

    public bool TrustNames { get; set; }

    /// <summary>Everything of a plan except its ends.</summary>
    public Plan ToPlan(Direction direction, Remote remote, Resource there, Resource here) => PlanFor(direction, remote, there, here) with
    {
        TreeAction = TreeAction,
        TrustNames = TrustNames,
    };

    public Resource Tree(IEnumerable<string> names, TreeFlags more) => Resource.Tree("", names, Flags | more, Excludes);

    /// <summary>How to reach a host. Throws <see cref="Failure"/> for names that are unsafe for ssh.</summary>
    public Remote Reach(Operand operand)
    {
        var (user, host) = (operand.CheckedUser(), operand.CheckedHost());
        if (WithoutSsh)
        {
            return new Remote { Host = host, User = user, Shell = Remote.Local };
        }

        var port = operand.Port > 0 ? operand.Port : SshPort;
        var shell = SshProgram.Length > 0 ? ProgramLine(port) : Shell;
        CheckKeeping("--keep-login", "--launch");
        if (SshProgram.Length == 0 && !UsesSsh && (port > 0 || SshOptions.Count > 0 || SshConfig.Length > 0))
        {
            throw NotForLaunch(["-P", "-o", "-F"], "--launch");
        }

        return shell is not ("" or Remote.BuiltIn)
            ? new Remote { Host = host, User = user, Shell = shell, Prefix = Prefix, Bootstrap = SettingsFor(host).Bootstrap ?? false }
            : RemoteAt(host, user, shell, keeps: shell.Length == 0) with { SshPort = port, SshOptions = [.. AllSshOptions()] };
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

    /// <summary>The command line of a program that understands ssh's arguments.</summary>
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
