using System.Diagnostics;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>How far a file of a tree is.</summary>
/// <param name="path">As its sender calls it, in bytes.</param>
/// <param name="size">Of all of it.</param>
internal sealed class FileProgress(ReadOnlySpan<byte> path, long size)
{
    private readonly byte[] _path = path.ToArray();
    private readonly long _begun = Stopwatch.GetTimestamp();
    private TimeSpan? _ended;
    private long _done;

    public string Path => RawText.Decode(_path);

    public long Size { get; } = size;

    /// <summary>Bytes that are where they belong.</summary>
    public long Done => Volatile.Read(ref _done);

    /// <summary>Since the first of them was; until the last was.</summary>
    public TimeSpan Elapsed => _ended ?? Stopwatch.GetElapsedTime(_begun);

    /// <summary>One that came in one piece.</summary>
    public static FileProgress Whole(ReadOnlySpan<byte> path, long size)
    {
        var file = new FileProgress(path, size);
        file.Add(size);
        return file;
    }

    public bool IsCalled(ReadOnlySpan<byte> path) => path.SequenceEqual(_path);

    /// <summary>So many bytes more; true for the last. One thread at a time.</summary>
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
