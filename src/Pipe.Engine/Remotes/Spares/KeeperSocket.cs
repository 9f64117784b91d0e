using System.Globalization;
using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>
/// Where a keeper listens: a name in the user's own directory. A guardian removes it should the keeper be killed. The name is lost to
/// a keeper that comes later, or to a client that gets no answer, and then it is not removed.
/// </summary>
internal sealed class KeeperSocket : IDisposable
{
    private const int Backlog = 64;

    // A line says that all has been removed; the end of the input without one, that the keeper was killed.
    private const string Watching = "trap '' HUP INT TERM; read -r word || rm -f -- \"$@\"";

    private readonly string _path;
    private readonly Fd _life;
    private readonly Child _guardian;
    private readonly NameIdentity? _made;

    private KeeperSocket(string path)
    {
        // In place with one step, whatever was there before.
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

    /// <summary>The place of a keeper.</summary>
    /// <param name="master">The socket of the login.</param>
    /// <param name="name">Of its key.</param>
    public static string PathOf(string master, string name) => Paths.Join(Paths.DirectoryOf(master), $".{Paths.NameOf(master)}{name}");

    /// <summary>The places of all keepers of a login: there is one for each way in which servers are started over it.</summary>
    public static List<string> Of(string master) => [.. Directory.GetFiles(Paths.DirectoryOf(master), $".{Paths.NameOf(master)}*")];

    /// <summary>Whether a keeper answers there.</summary>
    public static bool IsAlive(string path)
    {
        using var connection = UnixSocket.TryConnect(path);
        return connection is not null;
    }

    /// <exception cref="LinuxException">There is no listening there.</exception>
    public static KeeperSocket Open(string path) => new(path);

    /// <summary>Whether the name still leads here.</summary>
    public bool IsOurs() => _made is not null && NameIdentity.Of(_path) == _made;

    /// <summary>No client comes any more.</summary>
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
