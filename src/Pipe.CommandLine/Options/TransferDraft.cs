using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>The values of <see cref="TransferOptions"/>, common to the drafts of all programs. The last occurrence of an option wins.</summary>
internal abstract class TransferDraft
{
    private Preferences? _preferences;

    public CommandKind Kind { get; set; } = CommandKind.Copy;

    public int SshPort { get; set; }

    /// <summary>In ssh_config(5) format, in the order given: ssh uses the first value of an option.</summary>
    public List<string> SshOptions { get; } = [];

    public string SshConfig { get; set; } = "";

    /// <summary>The argument of --launch.</summary>
    public string Shell { get; set; } = "";

    public string Prefix { get; set; } = "";

    /// <summary>Null leaves it to the user's configuration.</summary>
    public int? KeepSeconds { get; private set; }

    private bool KeepsOverUsers { get; set; }

    public bool Bootstrap { get; set; }

    public PortRange Ports { get; set; } = PortRange.Any;

    public int WindowSize { get; set; }

    public DigestKind Checksum { get; set; } = DigestKind.XxHash3;

    public Protection Protection { get; private set; }

    public ConnectMode ConnectMode { get; set; }

    public DatagramDraft Datagrams { get; } = new();

    /// <summary>The user's configuration, read once.</summary>
    /// <exception cref="Failure">See <see cref="Preferences.Read"/>.</exception>
    protected Preferences Preferred => _preferences ??= Preferences.Read();

    public string DataHost { get; set; } = "";

    public int Streams { get; set; }

    public long Rate { get; set; }

    public int TimeoutSeconds { get; set; } = Plan.DefaultTimeoutSeconds;

    public bool Progress { get; set; }

    public string Events { get; set; } = "";

    /// <summary>-1: quiet; else the number of --verbose options.</summary>
    public int Verbose { get; set; }

    /// <summary>See <see cref="Invocation.Verbosity"/>.</summary>
    public int Verbosity => Math.Min(Verbose, 2);

    /// <summary>Whether the command line asks for help or the version only; the rest of it is ignored.</summary>
    public bool IsAnswered => Kind is CommandKind.Usage or CommandKind.Version;

    /// <summary>The stronger protection wins.</summary>
    public void Protect(Protection protection) => Protection = protection > Protection ? protection : Protection;

    /// <summary>Makes a plan from the values of this draft.</summary>
    protected Plan PlanFor(Direction direction, Remote remote, Resource there, Resource here)
    {
        var (channel, datagrams) = Datagrams.With(Preferred);
        return new Plan
        {
            Direction = direction,
            Remote = remote,
            There = there,
            Here = here,
            Ports = Ports,
            WindowSize = WindowSize,
            Checksum = Checksum,
            Protection = Protection,
            ConnectMode = ConnectMode,
            Channel = channel,
            Datagrams = datagrams,
            DataHost = DataHost,
            Streams = Streams,
            Rate = Rate,
            TimeoutSeconds = TimeoutSeconds,
        };
    }

    public void KeepLogin(int seconds, bool isOverUsers) => (KeepSeconds, KeepsOverUsers) = (seconds, isOverUsers);

    /// <summary>The remote end as the options describe it.</summary>
    protected Remote RemoteAt(string host, string user, string shell, int keepSeconds) => new()
    {
        Host = host,
        User = user,
        SshPort = SshPort,
        SshOptions = [.. SshOptions],
        SshConfig = SshConfig,
        Shell = shell,
        Prefix = Prefix,
        KeepSeconds = keepSeconds,
        KeepsOverUsers = keepSeconds > 0 && (KeepSeconds is null ? Preferred.KeepsOverUsers : KeepsOverUsers),
        Bootstrap = Bootstrap,
    };

    protected static Failure UsageError(string cause, string hint = "") => new(ExitCode.Usage, cause, hint);
}
