using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>
/// The members that --exclude patterns exclude at the target, where a path begins with the name of its source. As on the reading side, a pattern with a
/// slash is matched against the path below the source.
/// </summary>
/// <param name="patterns">Patterns in the form of <see cref="Glob.AnyFits"/>.</param>
internal sealed class Exclusion(string[] patterns)
{
    private readonly HashSet<string> _sources = [];

    public bool IsEmpty => patterns.Length == 0;

    /// <summary>Adds the name of a source; an empty name means that its members lie in the target itself.</summary>
    public void AddSource(string name)
    {
        lock (_sources)
        {
            _sources.Add(name);
        }
    }

    /// <summary>Whether a member is excluded below one of the sources that it may belong to; below any, if the sender does not name its sources.</summary>
    public bool Fits(string path)
    {
        var name = TreePath.Split(path).Name;
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return (IsSource("") && Glob.AnyFits(patterns, path, name))
            || (slash > 0 && IsSource(path[..slash]) && Glob.AnyFits(patterns, path.AsSpan(slash + 1), name));
    }

    /// <summary>Whether a member or a directory above it is excluded.</summary>
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
