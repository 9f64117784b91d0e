using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>
/// Which members of a tree the patterns of --exclude leave out at the target, where a path begins with what its source is called. A
/// pattern with a slash fits the path below the source, as it does where the source is read.
/// </summary>
/// <param name="patterns">As <see cref="Glob.AnyFits"/> takes them.</param>
internal sealed class Exclusion(string[] patterns)
{
    private readonly HashSet<string> _sources = [];

    public bool IsEmpty => patterns.Length == 0;

    /// <summary>A source is called that; the empty name stands for one whose members lie in the target itself.</summary>
    public void AddSource(string name)
    {
        lock (_sources)
        {
            _sources.Add(name);
        }
    }

    /// <summary>Whether a member is left out below one of the sources that it may belong to; with a sender that does not name them, below any.</summary>
    public bool Fits(string path)
    {
        var name = TreePath.Split(path).Name;
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return (IsSource("") && Glob.AnyFits(patterns, path, name))
            || (slash > 0 && IsSource(path[..slash]) && Glob.AnyFits(patterns, path.AsSpan(slash + 1), name));
    }

    /// <summary>Whether a member or a directory above it is left out.</summary>
    public bool Holds(string path)
    {
        for (var end = path.Length; !IsEmpty && end > 0; end = path.LastIndexOf('/', end - 1))
        {
            if (Fits(path[..end]))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsSource(string name)
    {
        lock (_sources)
        {
            return _sources.Count == 0 || _sources.Contains(name);
        }
    }
}
