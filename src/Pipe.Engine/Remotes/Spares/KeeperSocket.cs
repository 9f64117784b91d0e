using System.Globalization;
using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>
/// A keeper's listening socket, in the user's private directory. A guardian removes the name if the keeper is killed. A later keeper may take the name
/// over, or a client without an answer remove it; then it is left alone.
/// </summary>
internal sealed class KeeperSocket : IDisposable
{
    private const int Backlog = 64;

    private readonly string _path;
    private readonly Guardian _guardian;
    private readonly NameIdentity? _made;

    private KeeperSocket(string path)
    {
        // Renamed into place in one step, whatever had the name before.
        var draft = Paths.Join(Paths.DirectoryOf(path), $".new-{BitConverter.ToUInt64(Entropy.Bytes(8)).ToString("x16", CultureInfo.InvariantCulture)}");
        _path = path;
        _guardian = new Guardian("rm -f -- \"$@\"", [path, draft]);
        try
        {
            Listener = UnixSocket.Listen(draft, Backlog);
            _made = NameIdentity.Of(draft);
            using var held = NameIdentity.Lock(path);
            Paths.Rename(draft, path);
        }
        catch
        {
            Listener?.Dispose();
            Paths.TryRemove(draft);
            _guardian.Dispose();
            throw;
        }
    }

    public UnixSocket Listener { get; }

    /// <summary>The path of a keeper's socket.</summary>
    /// <param name="master">The socket of the login.</param>
    /// <param name="name">The name of its key.</param>
    public static string PathOf(string master, string name) => Paths.Join(Paths.DirectoryOf(master), $".{Paths.NameOf(master)}{name}");

    /// <summary>The paths of all keepers of a login: one for each way in which servers are started over it.</summary>
    public static List<string> Of(string master) => [.. Directory.GetFiles(Paths.DirectoryOf(master), $".{Paths.NameOf(master)}*")];

    /// <summary>Whether a keeper answers at that path.</summary>
    public static bool IsAlive(string path)
    {
        using var connection = UnixSocket.TryConnect(path);
        return connection is not null;
    }

    /// <exception cref="LinuxException">The path cannot be listened on.</exception>
    public static KeeperSocket Open(string path) => new(path);

    /// <summary>Whether the name still belongs to this socket.</summary>
    public bool IsOurs() => _made is not null && NameIdentity.Of(_path) == _made;

    /// <summary>Removes the name, so that no more clients connect.</summary>
    public void Remove()
    {
        if (IsOurs())
        {
            _made?.Remove(_path);
        }

        Listener.Dispose();
    }

    public void Dispose()
    {
        Remove();
        _guardian.Dismiss();
        _guardian.Dispose();
    }
}
