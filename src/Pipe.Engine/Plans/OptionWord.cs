namespace Pipe.Engine;

/// <summary>
/// The long words of options. Hints of the engine name an option by its long word; each program shows them in the spelling of its own option table, and
/// omits clauses about options that it lacks.
/// </summary>
internal static class OptionWord
{
    public const string AllowEmpty = "--allow-empty";
    public const string Authenticate = "--authenticate";
    public const string Bootstrap = "--bootstrap";
    public const string Channel = "--channel";
    public const string Checksum = "--checksum";
    public const string Connect = "--connect";
    public const string DataHost = "--data-host";
    public const string DecryptWith = "--decrypt-with";
    public const string Encrypt = "--encrypt";
    public const string Events = "--events";
    public const string Filter = "--filter";
    public const string FromFile = "--from-file";
    public const string Help = "--help";
    public const string Hsm = "--hsm";
    public const string Index = "--index";
    public const string Json = "--json";
    public const string KeepLogin = "--keep-login";
    public const string Launch = "--launch";
    public const string LocalCommand = "--local-command";
    public const string Member = "--member";
    public const string Migrate = "--migrate";
    public const string MigrateCommand = "--migrate-cmd";
    public const string Mtu = "--mtu";
    public const string Ports = "--ports";
    public const string Prefix = "--prefix";
    public const string PrintPlan = "--print-plan";
    public const string Progress = "--progress";
    public const string Quiet = "--quiet";
    public const string Range = "--range";
    public const string Rate = "--rate";
    public const string Raw = "--raw";
    public const string RecallCommand = "--recall-cmd";
    public const string Release = "--release";
    public const string ReleaseCommand = "--release-cmd";
    public const string RemoteCommand = "--remote-command";
    public const string Resume = "--resume";
    public const string SocketBuffer = "--socket-buffer";
    public const string SshConfig = "--ssh-config";
    public const string SshOption = "--ssh-option";
    public const string SshPort = "--ssh-port";
    public const string StateCommand = "--state-cmd";
    public const string Streams = "--streams";
    public const string Stub = "--stub";
    public const string Timeout = "--timeout";
    public const string Tree = "--tree";
    public const string Unfilter = "--unfilter";
    public const string Udp = "--udp";
    public const string UdpBuffer = "--udp-buffer";
    public const string Verbose = "--verbose";
    public const string VeryVerbose = "--very-verbose";
    public const string Version = "--version";
    public const string Wait = "--wait";

    /// <summary>Every word above.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        AllowEmpty, Authenticate, Bootstrap, Channel, Checksum, Connect, DataHost, DecryptWith, Encrypt, Events, Filter, FromFile, Help, Hsm, Index, Json, KeepLogin,
        Launch, LocalCommand, Member, Migrate, MigrateCommand, Mtu, Ports, Prefix, PrintPlan, Progress, Quiet, Range, Rate, Raw, RecallCommand,
        Release, ReleaseCommand, RemoteCommand, Resume, SocketBuffer, SshConfig, SshOption, SshPort, StateCommand, Streams, Stub, Timeout,
        Tree, Udp, UdpBuffer, Unfilter, Verbose, VeryVerbose, Version, Wait,
    ];
}
