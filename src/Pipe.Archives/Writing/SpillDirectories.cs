using Pipe.Linux;

namespace Pipe.Archives;

/// <summary>
/// The directories for fragments: the first until it is full, then the next. Reported free space is only a hint, because it ignores quotas: a directory
/// that has refused a byte counts as full until all have.
/// </summary>
internal sealed class SpillDirectories
{
    /// <summary>Free space below which a directory counts as full.</summary>
    private const long WorthUsing = 1 << 20;
    private readonly string[] _directories;
    private readonly HashSet<string> _full = [];
    private int _at;

    /// <param name="directories">The first is that of the manifest; the others become absolute paths, because the manifest lists them.</param>
    public SpillDirectories(string[] directories)
    {
        _directories = [directories[0], .. directories.Skip(1).Select(Absolute)];
    }

    public IReadOnlyList<string> All => _directories;

    /// <summary>The directory of the next fragment: the current one, unless it is full and another is not.</summary>
    public string Next()
    {
        if (!HasRoom(_directories[_at]))
        {
            var other = Array.FindIndex(_directories, HasRoom);
            _at = other >= 0 ? other : _at;
        }

        return _directories[_at];
    }

    /// <summary>Records that a directory has refused a byte. Returns whether another one has space.</summary>
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

    /// <summary>The manifest's name for a directory.</summary>
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
