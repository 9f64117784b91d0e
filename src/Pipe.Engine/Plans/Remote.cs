using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>The other host and how to start a program there.</summary>
internal sealed record Remote
{
    /// <summary>A year.</summary>
    public const int LongestKeep = 365 * 86400;

    /// <summary>As <see cref="KeepSeconds"/>: a login that was kept is used once more, and ended.</summary>
    public const int EndOfKeeping = -1;

    /// <summary>As a <see cref="Shell"/>: a child process on this host.</summary>
    public const string Local = "local";

    /// <summary>As ssh takes it; empty with a <see cref="Shell"/> that needs none.</summary>
    public string Host { get; init; } = "";

    public string User { get; init; } = "";

    /// <summary>0 leaves it to ssh and its configuration.</summary>
    public int SshPort { get; init; }

    /// <summary>Options in the form of ssh_config(5), one each, in order.</summary>
    public IReadOnlyList<string> SshOptions { get; init; } = [];

    public string SshConfig { get; init; } = "";

    /// <summary>
    /// Words that start a remote shell instead of ssh, split as sh does; <see cref="Local"/> is a child process here. Where a host is
    /// named it starts in the home directory, as a login there would, else in the current one.
    /// </summary>
    public string Shell { get; init; } = "";

    /// <summary>Shell text that runs before the program is started there.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>How long ssh's login stays open for the next call after the last one has ended; 0 ends it with this one, <see cref="EndOfKeeping"/> too if an earlier one has kept it.</summary>
    public int KeepSeconds { get; init; }

    /// <summary>A server waits for the next call also over a login of the user's own, which ssh's configuration has a ControlPath for.</summary>
    public bool KeepsOverUsers { get; init; }

    /// <summary>Where the program is missing, bring it along.</summary>
    public bool Bootstrap { get; init; }

    public bool IsLocal => Shell == Local;

    /// <summary>ssh asks for passwords, if there is somebody to ask.</summary>
    public bool MayPrompt => Shell.Length == 0
        && (Terminal.IsAvailable || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("SSH_ASKPASS")));

    /// <summary>What messages call the far end.</summary>
    public string Name => Host.Length > 0 ? Host : IsLocal ? Local : Shell;

    public bool Equals(Remote? other) =>
        other is not null && Host == other.Host && User == other.User && SshPort == other.SshPort && SshConfig == other.SshConfig
        && Shell == other.Shell && Prefix == other.Prefix && KeepSeconds == other.KeepSeconds && KeepsOverUsers == other.KeepsOverUsers && Bootstrap == other.Bootstrap
        && SshOptions.SequenceEqual(other.SshOptions);

    public override int GetHashCode() => HashCode.Combine(Host, User, SshPort, Shell, Prefix);
}
