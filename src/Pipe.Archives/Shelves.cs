using Pipe.Linux;

namespace Pipe.Archives;

/// <summary>
/// The directories that fragments go into: the first, until it is full, then the next. What the system says of free space is a hint, it knows
/// nothing of quotas: one that has refused a byte is full until all have.
/// </summary>
internal sealed class Shelves
{
    /// <summary>Less than that is full.</summary>
    private const long WorthUsing = 1 << 20;
    private readonly string[] _directories;
    private readonly HashSet<string> _full = [];
    private int _at;

    /// <param name="directories">The first is that of the manifest; the others get absolute paths, for the manifest names them.</param>
    public Shelves(string[] directories)
    {
        _directories = [directories[0], .. directories.Skip(1).Select(Absolute)];
    }

    public IReadOnlyList<string> All => _directories;

    /// <summary>Where the next fragment goes: the one that is in use, unless it is full and another one is not.</summary>
    public string Next()
    {
        if (!HasRoom(_directories[_at]))
        {
            var other = Array.FindIndex(_directories, HasRoom);
            _at = other >= 0 ? other : _at;
        }

        return _directories[_at];
    }

    /// <summary>That one has refused a byte. Whether there is room in another one.</summary>
    public bool HasOther(string full)
    {
        _full.Add(full);
        if (_directories.Any(HasRoom))
        {
            return true;
        }

        _full.Clear();
        return false;
    }

    /// <summary>What the manifest calls it.</summary>
    public string NameOf(string directory) => directory == _directories[0] ? "" : directory;

    private bool HasRoom(string directory)
    {
        if (_full.Contains(directory))
        {
            return false;
        }

        using var place = Fd.Open(Paths.OrHere(directory), OpenFlags.PathOnly);
        return place.FreeBytes() >= WorthUsing;
    }

    private static string Absolute(string directory) =>
        Paths.Resolve(directory) ?? throw new LinuxException("open", directory, Errno.NoEntry);
}
