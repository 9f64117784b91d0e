using System.Net.Sockets;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Nbd;

/// <summary>Unix sockets with a path.</summary>
internal static class LocalSocket
{
    /// <summary>Listens on a Unix socket that only this user can access. Replaces a stale socket file.</summary>
    /// <exception cref="Failure">Another program uses the path, or the socket cannot be created.</exception>
    public static Socket Listen(string path, int backlog)
    {
        if (FileStatus.OfName(path) is { } status)
        {
            if (!status.IsSocket || !UnixSocket.IsAbandoned(path))
            {
                throw new Failure(ExitCode.Objects, $"{path}: {(status.IsSocket ? "another program listens there" : "it exists and is no socket")}", "--socket PATH names another one");
            }

            File.Delete(path);
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));

            // Clients cannot connect before Listen, so the mode is set in time.
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            socket.Listen(backlog);
            return socket;
        }
        catch (Exception e) when (e is SocketException or IOException or ArgumentException)
        {
            socket.Dispose();
            throw new Failure(ExitCode.Objects, $"{path}: {e.Message}");
        }
    }

    /// <exception cref="Failure">No program listens on the socket.</exception>
    public static Socket Connect(string path)
    {
        if (FileStatus.OfName(path) is null)
        {
            throw new Failure(ExitCode.Unreachable, $"{path}: {LinuxException.Describe(Errno.NoEntry)}");
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return socket;
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            socket.Dispose();
            throw new Failure(ExitCode.Unreachable, $"{path}: {(e is SocketException s ? LinuxException.Describe(s.NativeErrorCode) : e.Message)}");
        }
    }
}
