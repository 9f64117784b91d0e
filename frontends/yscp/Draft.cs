using System.Globalization;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Yscp;

/// <summary>What the options of a yscp command line said so far.</summary>
internal sealed class Draft
{
    public Errand Errand { get; set; } = Errand.Copy;

    /// <summary>In the form of ssh_config(5), in the order given: ssh keeps the first value it sees.</summary>
    public List<string> SshOptions { get; } = [];

    public string SshConfig { get; set; } = "";

    public int SshPort { get; set; }

    /// <summary>-S: takes ssh's place and its arguments.</summary>
    public string SshProgram { get; set; } = "";

    /// <summary>-D: the far end is a child process of this one, whatever host is named.</summary>
    public bool WithoutSsh { get; set; }

    /// <summary>-3: between two remote hosts, everything goes through here.</summary>
    public bool IsThroughHere { get; set; }

    /// <summary>-R: between two remote hosts, the first one does it.</summary>
    public bool IsAtOrigin { get; set; }

    public TreeFlags Flags { get; set; }

    public List<string> Excludes { get; } = [];

    public TreeErrand TreeErrand { get; set; }

    public bool TrustNames { get; set; }

    public Protection Protection { get; private set; }

    public PortRange Ports { get; set; } = PortRange.Any;

    public DataChannel Channel { get; set; }

    public DatagramPolicy Datagrams { get; set; } = DatagramPolicy.Usual;

    public ConnectMode ConnectMode { get; set; }

    public int Streams { get; set; }

    public long Rate { get; set; }

    public bool Quiet { get; set; }

    /// <summary>How often -v was given.</summary>
    public int Verbose { get; set; }

    public string Events { get; set; } = "";

    /// <summary>The stronger one wins: what is enciphered is authenticated too.</summary>
    public void Protect(Protection protection) => Protection = protection > Protection ? protection : Protection;

    /// <summary>All of a plan but its ends. Throws <see cref="Failure"/> for options that exclude each other.</summary>
    public Plan ToPlan(Direction direction, Remote remote, Resource there, Resource here) => new()
    {
        Direction = direction,
        Remote = remote,
        There = there,
        Here = here,
        Errand = TreeErrand,
        TrustNames = TrustNames,
        Protection = Protection,
        Ports = Ports,
        Channel = Channel,
        Datagrams = Datagrams,
        ConnectMode = ConnectMode,
        Streams = Streams,
        Rate = Rate,
    };

    public Resource Tree(IEnumerable<string> names, TreeFlags more) => Resource.Tree("", names, Flags | more, Excludes);

    /// <summary>Null: what the user's configuration says.</summary>
    public int? KeepSeconds { get; set; }

    public bool Bootstrap { get; set; }

    /// <summary>How a host is reached. Throws <see cref="Failure"/> for names that ssh must not be given.</summary>
    public Remote Reach(Operand operand)
    {
        var (user, host) = (operand.CheckedUser(), operand.CheckedHost());
        if (WithoutSsh)
        {
            return new Remote { Host = host, User = user, Shell = Remote.Local };
        }

        var port = operand.Port > 0 ? operand.Port : SshPort;
        return SshProgram.Length > 0
            ? new Remote { Host = host, User = user, Shell = ProgramLine(port), Bootstrap = Bootstrap }
            : new Remote
            {
                Host = host,
                User = user,
                SshPort = port,
                SshConfig = SshConfig,
                SshOptions = [.. AllSshOptions()],
                KeepSeconds = KeepSeconds ?? Preferences.Read().KeepSeconds,
                Bootstrap = Bootstrap,
            };
    }

    public void CheckCombinations()
    {
        if (Flags.HasFlag(TreeFlags.Delete) && !Flags.HasFlag(TreeFlags.Recurse))
        {
            throw new Failure(ExitCode.Usage, "--delete: only with -r or -a", "it removes what the directories of the source do not have");
        }
    }

    private IEnumerable<string> AllSshOptions()
    {
        foreach (var option in SshOptions)
        {
            yield return option;
        }

        if (Quiet || Verbose > 0)
        {
            yield return Quiet ? "LogLevel=QUIET" : string.Create(CultureInfo.InvariantCulture, $"LogLevel=DEBUG{Math.Min(Verbose, 3)}");
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
