using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>What the options of <see cref="TransferOptions"/> said so far: the part of a front end's draft that is not its own.</summary>
/// <param name="sshOption">Which option takes what is for ssh_config.</param>
internal abstract class TransferDraft(string sshOption)
{
    public Errand Errand { get; set; } = Errand.Copy;

    public int SshPort { get; set; }

    public List<string> SshOptions { get; } = [];

    public string SshConfig { get; set; } = "";

    public string Shell { get; set; } = "";

    public string Prefix { get; set; } = "";

    public PortRange Ports { get; set; } = PortRange.Any;

    public Protection Protection { get; private set; }

    public DataChannel Channel { get; set; }

    public DatagramPolicy Datagrams { get; set; } = DatagramPolicy.Usual;

    public ConnectMode ConnectMode { get; set; }

    public long Rate { get; set; }

    public int TimeoutSeconds { get; set; } = Plan.DefaultTimeoutSeconds;

    public bool Progress { get; set; }

    public string Events { get; set; } = "";

    public int Verbosity { get; set; }

    /// <summary>The stronger one wins.</summary>
    public void Protect(Protection protection) => Protection = protection > Protection ? protection : Protection;

    protected static Failure Senseless(string cause, string hint) => new(ExitCode.Usage, cause, hint);

    /// <summary>A plan for an object at this place and one here.</summary>
    /// <exception cref="Failure">The options do not go with the place.</exception>
    protected Plan PlanFor(Location location, Direction direction, Resource there, Resource here) => new()
    {
        Direction = direction,
        Remote = RemoteAt(location),
        There = there,
        Here = here,
        Ports = Ports,
        Protection = Protection,
        Channel = Channel,
        Datagrams = Datagrams,
        ConnectMode = ConnectMode,
        Rate = Rate,
        TimeoutSeconds = TimeoutSeconds,
    };

    /// <summary>The far end of what lies here is a child process.</summary>
    private Remote RemoteAt(Location location)
    {
        CheckReach(location);
        var isHere = !location.IsRemote && Shell.Length == 0;
        return new Remote
        {
            Host = location.IsRemote && location.Host.Length == 0 && Shell == Remote.Local ? Remote.Local : location.Host,
            User = location.User,
            SshPort = SshPort,
            SshOptions = [.. SshOptions],
            SshConfig = SshConfig,
            Shell = isHere ? Remote.Local : Shell,
            Prefix = Prefix,
        };
    }

    private void CheckReach(Location location)
    {
        if (location.IsRemote && location.Host.Length == 0 && Shell.Length == 0)
        {
            throw Senseless("the name of the host is empty", "it stands in front of the colon; a local name with a colon in it is written ./NAME");
        }

        if (SshPort == 0 && SshOptions.Count == 0 && SshConfig.Length == 0)
        {
            return;
        }

        if (Shell.Length > 0)
        {
            throw Senseless($"-P, {sshOption} and -F are for ssh, not for the remote shell of -e", "write ssh's own options into -e: -e 'ssh -p 2222'");
        }

        if (!location.IsRemote)
        {
            throw Senseless($"-P, {sshOption} and -F are for ssh, and no host is named", "");
        }
    }
}
