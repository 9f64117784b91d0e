using System.Collections.Concurrent;

namespace Pipe.Trees;

/// <summary>
/// Compares hard links: which names of the target are the same file, and whether the source has the same groups. Filled by one thread; then queried by
/// many, possibly several times for one name.
/// </summary>
internal sealed class LinkedNames
{
    private readonly Dictionary<string, string> _files = [];
    private readonly ConcurrentDictionary<string, string> _ofSource = [];
    private readonly ConcurrentDictionary<string, string> _ofTarget = [];
    private bool _isTold;

    /// <summary>Approximate memory of the names in bytes.</summary>
    public long Size { get; private set; }

    /// <param name="path">A name at the target.</param>
    /// <param name="file">The identity of the file there, or <see cref="ComparedMetadata.Alone"/>.</param>
    public void Add(string path, string file)
    {
        _isTold = true;
        if (file != ComparedMetadata.Alone && _files.TryAdd(path, file))
        {
            Size += path.Length + file.Length;
        }
    }

    /// <summary>Whether a name of the source is linked to the same names as at the target; true if the target does not report links.</summary>
    /// <param name="path">The name.</param>
    /// <param name="file">The identity of the file at the source, or <see cref="ComparedMetadata.Alone"/>.</param>
    public bool Fit(string path, string file)
    {
        if (!_isTold)
        {
            return true;
        }

        var there = _files.GetValueOrDefault(path, ComparedMetadata.Alone);
        return Matches(_ofSource, file, there, path) & Matches(_ofTarget, there, file, path);
    }

    /// <summary>Whether all names of one file are names of one file on the other side.</summary>
    private static bool Matches(ConcurrentDictionary<string, string> known, string file, string other, string path)
    {
        if (file == ComparedMetadata.Alone)
        {
            return true;
        }

        var partner = other == ComparedMetadata.Alone ? $"/{path}" : other;
        return known.GetOrAdd(file, partner) == partner;
    }
}
