using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>The other host and the way to start a program there.</summary>
internal sealed record Remote
{
    /// <summary>One year.</summary>
    public const int LongestKeep = 365 * 86400;

    /// <summary>Value of <see cref="KeepSeconds"/>: use a kept login once more, then end it.</summary>
    public const int EndOfKeeping = -1;

    /// <summary>Value of <see cref="Shell"/>: a child process on this host.</summary>
    public const string Local = "local";

    /// <summary>Value of <see cref="Shell"/>: the built-in ssh.</summary>
    public const string BuiltIn = "builtin";

    /// <summary>The host name for ssh; empty with a <see cref="Shell"/> that needs none.</summary>
    public string Host { get; init; } = "";

    public string User { get; init; } = "";

    /// <summary>0 for ssh's configured port.</summary>
    public int SshPort { get; init; }

    /// <summary>Options in the form of ssh_config(5), one each, in order.</summary>
    public IReadOnlyList<string> SshOptions { get; init; } = [];

    public string SshConfig { get; init; } = "";

    /// <summary>
    /// The command that starts a remote shell in place of ssh, split into words as sh does; <see cref="BuiltIn"/> is the built-in ssh, and
    /// <see cref="Local"/> a local child process. If a host is named, that process starts in the home directory, as a login would, otherwise in the current one.
    /// </summary>
    public string Shell { get; init; } = "";

    /// <summary>Shell text to run before the program is started there.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>
    /// Seconds for which ssh's login stays open after the last invocation; 0 ends it with this one, and <see cref="EndOfKeeping"/> also ends one kept
    /// earlier.
    /// </summary>
    public int KeepSeconds { get; init; }

    /// <summary>Whether a spare server may also wait over a login of the user's own, for which ssh's configuration has a ControlPath.</summary>
    public bool KeepsOverUsers { get; init; }

    /// <summary>Whether to install the program on a host that lacks it.</summary>
    public bool Bootstrap { get; init; }

    public LaunchKind Launch => Shell switch { "" => LaunchKind.OpenSsh, Local => LaunchKind.Local, BuiltIn => LaunchKind.BuiltIn, _ => LaunchKind.Command };

    public bool IsLocal => Launch == LaunchKind.Local;

    /// <summary>Whether ssh may ask for a password, because a terminal or askpass program is available. The built-in one asks on a terminal only.</summary>
    public bool MayPrompt => Launch switch
    {
        LaunchKind.OpenSsh => Terminal.IsAvailable || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("SSH_ASKPASS")),
        LaunchKind.BuiltIn => Terminal.IsAvailable,
        _ => false,
    };

    /// <summary>The name of the remote end in messages.</summary>
    public string Name => Host.Length > 0 ? Host : IsLocal ? Local : Shell;

    public bool Equals(Remote? other) =>
        other is not null && Host == other.Host && User == other.User && SshPort == other.SshPort && SshConfig == other.SshConfig
        && Shell == other.Shell && Prefix == other.Prefix && KeepSeconds == other.KeepSeconds && KeepsOverUsers == other.KeepsOverUsers && Bootstrap == other.Bootstrap
        && SshOptions.SequenceEqual(other.SshOptions);

    public override int GetHashCode() => HashCode.Combine(Host, User, SshPort, Shell, Prefix);
}
