using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>What the end of a remote process means.</summary>
internal enum RemoteExitKind
{
    /// <summary>What was started ended by itself, with a status of its own.</summary>
    Ended,

    /// <summary>There was nothing to start.</summary>
    NotFound,

    /// <summary>The connection or the login failed, or was lost.</summary>
    LoginFailed,

    /// <summary>A signal ended the process here.</summary>
    Killed,
}

/// <summary>How a remote process ended. Statuses have their meaning from what launched it; nothing above a launcher compares numbers.</summary>
/// <param name="Kind">What it means.</param>
/// <param name="Status">For messages.</param>
internal readonly record struct RemoteExit(RemoteExitKind Kind, ExitStatus Status)
{
    private const int ShellFoundNothing = 127;
    private const int SshFailed = 255;

    /// <summary>The process that led there is gone, and no status came.</summary>
    public static RemoteExit Lost { get; } = OfSsh(new ExitStatus(SshFailed, 0));

    /// <summary>Of ssh, and of what behaves like it.</summary>
    public static RemoteExit OfSsh(ExitStatus status) => status is { Signal: 0, Status: SshFailed } ? new(RemoteExitKind.LoginFailed, status) : OfShell(status);

    /// <summary>Of a shell on this host: it has no login.</summary>
    public static RemoteExit OfShell(ExitStatus status) => new(
        status.Signal > 0 ? RemoteExitKind.Killed : status.Status == ShellFoundNothing ? RemoteExitKind.NotFound : RemoteExitKind.Ended,
        status);
}
