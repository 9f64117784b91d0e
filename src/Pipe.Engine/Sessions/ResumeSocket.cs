using System.Net.Sockets;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// The socket at which a server that lost its control channel waits for the server that a new login has started. It is in a directory private to this user.
/// </summary>
internal static class ResumeSocket
{
    /// <summary>Older sockets may be swept. Bind creates the name shortly before listen, and no server waits this long.</summary>
    private static readonly TimeSpan Old = TimeSpan.FromMinutes(1);

    /// <exception cref="IOException">The directory cannot be created, or other users have access to it.</exception>
    public static Socket Listen(byte[] session)
    {
        const int tries = 10;
        for (var tried = 1; ; tried++)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                Directory.CreateDirectory(DirectoryPath(), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                CheckPrivate();
                Sweep();
                socket.Bind(new UnixDomainSocketEndPoint(PathOf(session)));
                socket.Listen(1);
                return socket;
            }
            catch (Exception e) when (tried < tries && e is SocketException or LinuxException { Errno: Errno.NoEntry })
            {
                // Another server was the last to leave, and removed the directory.
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    /// <exception cref="SocketException">No server waits for that session.</exception>
    /// <exception cref="IOException">The directory does not exist, or another user could be listening in it.</exception>
    public static Socket Connect(byte[] session)
    {
        CheckPrivate();
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(PathOf(session)));
        return socket;
    }

    /// <summary>Removes the socket, and the directory if no other server waits there.</summary>
    public static void Remove(byte[] session)
    {
        try
        {
            File.Delete(PathOf(session));
            Directory.Delete(DirectoryPath());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another server is waiting, or left at the same time.
        }
    }

    /// <summary>Removes the sockets of servers that were killed while they waited.</summary>
    private static void Sweep()
    {
        try
        {
            foreach (var place in new DirectoryInfo(DirectoryPath()).EnumerateFiles().Where(IsLeft))
            {
                place.Delete();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another server was the last to leave, and removed the directory.
        }
    }

    private static bool IsLeft(FileInfo place) =>
        place.Name.Length == 2 * Limits.SessionSize && DateTime.UtcNow - place.LastWriteTimeUtc > Old && IsDeserted(place.FullName);

    /// <summary>Whether no process listens on that name any more. The probe has another socket type, so a waiting server does not notice it.</summary>
    private static bool IsDeserted(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return false;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionRefused;
        }
    }

    /// <summary>Duplicates a socket into two descriptors, one for each direction.</summary>
    public static (Fd Input, Fd Output) Descriptors(Socket socket)
    {
        using var both = new Fd((int)socket.Handle, "control channel");
        var ends = (both.Duplicate(), both.Duplicate());
        both.Release();
        socket.Dispose();
        return ends;
    }

    private static void CheckPrivate()
    {
        if (!SocketPlace.IsPrivate(DirectoryPath()))
        {
            throw new IOException($"{DirectoryPath()}: {SocketPlace.NotPrivate}");
        }
    }

    private static string DirectoryPath() => $"/tmp/pipe-{Ids.EffectiveUser}";

    private static string PathOf(byte[] session) => $"{DirectoryPath()}/{Convert.ToHexStringLower(session)}";
}
