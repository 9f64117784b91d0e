using System.Collections.Concurrent;

namespace Pipe.Trees;

/// <summary>
/// Which names of the target are one file, and whether the same are one at the source. Filled by one thread; then asked by many, which may
/// ask for a name several times.
/// </summary>
internal sealed class LinkedNames
{
    private readonly Dictionary<string, string> _files = [];
    private readonly ConcurrentDictionary<string, string> _ofSource = [];
    private readonly ConcurrentDictionary<string, string> _ofTarget = [];
    private bool _isTold;

    /// <summary>Bytes that the names take, about.</summary>
    public long Size { get; private set; }

    /// <param name="path">A name at the target.</param>
    /// <param name="file">Which file it is there, or <see cref="Looks.Alone"/>.</param>
    public void Add(string path, string file)
    {
        _isTold = true;
        if (file != Looks.Alone && _files.TryAdd(path, file))
        {
            Size += path.Length + file.Length;
        }
    }

    /// <summary>Whether a name of the source goes with the same names as at the target; also where the target does not say.</summary>
    /// <param name="path">The name.</param>
    /// <param name="file">Which file it is at the source, or <see cref="Looks.Alone"/>.</param>
    public bool Fit(string path, string file)
    {
        if (!_isTold)
        {
            return true;
        }

        var there = _files.GetValueOrDefault(path, Looks.Alone);
        return Goes(_ofSource, file, there, path) & Goes(_ofTarget, there, file, path);
    }

    /// <summary>Whether each name of one file is a name of the same file on the other side.</summary>
    private static bool Goes(ConcurrentDictionary<string, string> known, string file, string other, string path)
    {
        if (file == Looks.Alone)
        {
            return true;
        }

        var partner = other == Looks.Alone ? $"/{path}" : other;
        return known.GetOrAdd(file, partner) == partner;
    }
}
