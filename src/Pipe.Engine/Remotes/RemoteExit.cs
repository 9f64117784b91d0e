using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>The meaning of a remote process's end.</summary>
internal enum RemoteExitKind
{
    /// <summary>The launched program exited, with a status of its own.</summary>
    Ended,

    /// <summary>The program was not found.</summary>
    NotFound,

    /// <summary>The connection or the login failed, or was lost.</summary>
    LoginFailed,

    /// <summary>A signal killed the local process.</summary>
    Killed,
}

/// <summary>How a remote process ended. The launcher interprets the exit status; no other code compares numbers.</summary>
/// <param name="Kind">The meaning.</param>
/// <param name="Status">The exit status, for messages.</param>
internal readonly record struct RemoteExit(RemoteExitKind Kind, ExitStatus Status)
{
    private const int ShellFoundNothing = 127;
    private const int SshFailed = 255;

    /// <summary>The local process is gone, and its status is unknown.</summary>
    public static RemoteExit Lost { get; } = OfSsh(new ExitStatus(SshFailed, 0));

    /// <summary>Interprets a status of ssh, or of a command that behaves like ssh.</summary>
    public static RemoteExit OfSsh(ExitStatus status) => status is { Signal: 0, Status: SshFailed } ? new(RemoteExitKind.LoginFailed, status) : OfShell(status);

    /// <summary>Interprets a status of a shell on this host, where there is no login.</summary>
    public static RemoteExit OfShell(ExitStatus status) => new(
        status.Signal > 0 ? RemoteExitKind.Killed : status.Status == ShellFoundNothing ? RemoteExitKind.NotFound : RemoteExitKind.Ended,
        status);
}
