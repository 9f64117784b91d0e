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

    // A line tells the guardian that everything was removed; end of input without a line means that the keeper was killed.
    private const string Watching = "trap '' HUP INT TERM; read -r word || rm -f -- \"$@\"";

    private readonly string _path;
    private readonly Fd _life;
    private readonly Child _guardian;
    private readonly NameIdentity? _made;

    private KeeperSocket(string path)
    {
        // Renamed into place in one step, whatever had the name before.
        var draft = Paths.Join(Paths.DirectoryOf(path), $".new-{BitConverter.ToUInt64(Entropy.Bytes(8)).ToString("x16", CultureInfo.InvariantCulture)}");
        _path = path;
        (_guardian, _life) = Guard(path, draft);
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
            _life.Dispose();
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
        try
        {
            _life.WriteAll("done\n"u8);
        }
        catch (LinuxException)
        {
            // The guardian was killed.
        }

        _life.Dispose();
        _guardian.Dispose();
    }

    private static (Child Guardian, Fd Life) Guard(string path, string draft)
    {
        var (input, life) = Fd.Pipe("guardian");
        using (input)
        using (var nothing = Fd.Open("/dev/null", OpenFlags.ReadWrite))
        {
            return (Child.Start(["/bin/sh", "-c", Watching, "sh", path, draft], [input, nothing, nothing], ownGroup: true), life);
        }
    }
}
