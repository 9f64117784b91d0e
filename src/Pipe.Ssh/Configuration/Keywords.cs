using System.Net.Sockets;

namespace Pipe.Ssh;

/// <summary>
/// The keywords of ssh_config(5): supported ones, and those without an effect on this client. Any other keyword is an error, because without it the client
/// could connect to another host, or trust another one, than ssh would.
/// </summary>
internal static class Keywords
{
    private const int MaxPort = 65535;
    private const int MaxSeconds = 86400;

    private static readonly Dictionary<string, Action<Settings, ConfigurationLine>> Supported = new(StringComparer.OrdinalIgnoreCase)
    {
        ["HostName"] = static (s, line) => s.HostName ??= line.One,
        ["Port"] = static (s, line) => s.Port ??= line.Number(1, MaxPort),
        ["AddressFamily"] = static (s, line) => s.Family ??= Family(line),
        ["User"] = static (s, line) => s.User ??= line.One,
        ["IdentityFile"] = static (s, line) => s.IdentityFiles.Add(line.One),
        ["IdentitiesOnly"] = static (s, line) => s.IdentitiesOnly ??= line.IsYes(),
        ["IdentityAgent"] = static (s, line) => s.IdentityAgent ??= line.One,
        ["UserKnownHostsFile"] = static (s, line) => s.UserKnownHosts ??= line.Values,
        ["GlobalKnownHostsFile"] = static (s, line) => s.GlobalKnownHosts ??= line.Values,
        ["StrictHostKeyChecking"] = static (s, line) => s.IsStrict ??= Strictness(line),
        ["HashKnownHosts"] = static (s, line) => s.HashesKnownHosts ??= line.IsYes(),
        ["BatchMode"] = static (s, line) => s.IsBatch ??= line.IsYes(),
        ["ConnectTimeout"] = static (s, line) => s.ConnectTimeout ??= line.One == "none" ? 0 : line.Number(0, MaxSeconds),
        ["ServerAliveInterval"] = static (s, line) => s.KeepAliveSeconds ??= line.Number(0, MaxSeconds),
        ["NumberOfPasswordPrompts"] = static (s, line) => s.PasswordPrompts ??= line.Number(1, MaxPort),
        ["PubkeyAuthentication"] = static (s, line) => s.TriesKeys ??= line.One is "unbound" or "host-bound" || line.IsYes(),
        ["PasswordAuthentication"] = static (s, line) => s.TriesPassword ??= line.IsYes(),
        ["KbdInteractiveAuthentication"] = static (s, line) => s.TriesInteractive ??= line.IsYes(),
        ["ChallengeResponseAuthentication"] = static (s, line) => s.TriesInteractive ??= line.IsYes(),
        ["PreferredAuthentications"] = static (s, line) => s.Methods ??= line.One.Split(','),
    };

    /// <summary>Keywords for terminals, forwarding, shared logins, messages and unsupported login methods.</summary>
    private static readonly HashSet<string> WithoutEffect = new(StringComparer.OrdinalIgnoreCase)
    {
        "AddKeysToAgent", "ClearAllForwardings", "Compression", "ConnectionAttempts", "ControlMaster", "ControlPath", "ControlPersist", "DynamicForward",
        "EnableEscapeCommandline", "EnableSSHKeysign", "EscapeChar", "ExitOnForwardFailure", "ForkAfterAuthentication", "ForwardAgent", "ForwardX11",
        "ForwardX11Timeout", "ForwardX11Trusted", "GatewayPorts", "GSSAPIAuthentication", "GSSAPIDelegateCredentials", "HostbasedAuthentication", "IPQoS",
        "LocalCommand", "LocalForward", "LogLevel", "LogVerbose", "ObscureKeystrokeTiming", "PermitLocalCommand", "PermitRemoteOpen", "RemoteCommand",
        "RemoteForward", "RequestTTY", "ServerAliveCountMax", "SessionType", "StdinNull", "StreamLocalBindMask", "StreamLocalBindUnlink", "SyslogFacility",
        "TCPKeepAlive", "Tunnel", "TunnelDevice", "UpdateHostKeys", "VisualHostKey", "XAuthLocation",
    };

    /// <summary>Keywords that have no effect with this value only.</summary>
    private static readonly Dictionary<string, string> HarmlessValues = new(StringComparer.OrdinalIgnoreCase)
    {
        ["CanonicalizeHostname"] = "no",
        ["CertificateFile"] = "none",
        ["CheckHostIP"] = "no",
        ["KnownHostsCommand"] = "none",
        ["NoHostAuthenticationForLocalhost"] = "no",
        ["PKCS11Provider"] = "none",
        ["ProxyCommand"] = "none",
        ["ProxyJump"] = "none",
        ["ProxyUseFdpass"] = "no",
        ["VerifyHostKeyDNS"] = "no",
    };

    /// <summary>The supported keywords, except Host and Include.</summary>
    public static IEnumerable<string> Names => Supported.Keys;

    /// <exception cref="Engine.Failure">The keyword or its value is not supported.</exception>
    public static void Apply(Settings settings, ConfigurationLine line)
    {
        if (Supported.TryGetValue(line.Keyword, out var apply))
        {
            apply(settings, line);
        }
        else if (!IsHarmless(line))
        {
            throw SshFailure.Of($"{line.Place}: {line.Keyword}: the built-in ssh does not support this keyword", "use OpenSSH's ssh for this host, or a configuration file without this keyword");
        }
    }

    private static bool IsHarmless(ConfigurationLine line) =>
        WithoutEffect.Contains(line.Keyword)
        || (HarmlessValues.TryGetValue(line.Keyword, out var value) && line.Values is [var one] && one.Equals(value, StringComparison.OrdinalIgnoreCase))
        || (line.Is("SendEnv") && line.Values.All(IsLocale));

    /// <summary>The program's messages and data do not depend on the locale.</summary>
    private static bool IsLocale(string variable) => variable is "LANG" or "LANGUAGE" || variable.StartsWith("LC_", StringComparison.Ordinal);

    private static AddressFamily Family(ConfigurationLine line) => line.One switch
    {
        "any" => AddressFamily.Unspecified,
        "inet" => AddressFamily.InterNetwork,
        "inet6" => AddressFamily.InterNetworkV6,
        var other => throw line.Refused($"{other}: must be any, inet or inet6"),
    };

    private static bool Strictness(ConfigurationLine line) => line.One switch
    {
        "yes" or "true" => true,
        "ask" => false,
        var other => throw line.Refused($"{other}: the built-in ssh supports only yes and ask"),
    };
}
