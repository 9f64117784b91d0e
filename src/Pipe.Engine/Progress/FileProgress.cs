using System.Diagnostics;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The progress of one file of a tree.</summary>
/// <param name="path">The sender's path of the file, in bytes.</param>
/// <param name="size">The size of the file.</param>
internal sealed class FileProgress(ReadOnlySpan<byte> path, long size)
{
    private readonly byte[] _path = path.ToArray();
    private readonly long _begun = Stopwatch.GetTimestamp();
    private TimeSpan? _ended;
    private long _done;

    public string Path => RawText.Decode(_path);

    public long Size { get; } = size;

    /// <summary>Bytes that have arrived.</summary>
    public long Done => Volatile.Read(ref _done);

    /// <summary>Whether a part of it was not at the target before.</summary>
    public bool IsChanged { get; set; }

    /// <summary>The time since the first bytes arrived; until the last once complete.</summary>
    public TimeSpan Elapsed => _ended ?? Stopwatch.GetElapsedTime(_begun);

    /// <summary>A file that arrived in one piece.</summary>
    public static FileProgress Whole(ReadOnlySpan<byte> path, long size)
    {
        var file = new FileProgress(path, size);
        file.Add(size);
        return file;
    }

    public bool IsCalled(ReadOnlySpan<byte> path) => path.SequenceEqual(_path);

    /// <summary>Adds arrived bytes; true if the file is complete. One thread at a time.</summary>
    public bool Add(long bytes)
    {
        Volatile.Write(ref _done, _done + bytes);
        if (_done < Size)
        {
            return false;
        }

        _ended = Stopwatch.GetElapsedTime(_begun);
        return true;
    }
}
