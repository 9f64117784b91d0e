using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A member that the target has.</summary>
/// <param name="Kind">File, Directory, or something that is all in its name.</param>
/// <param name="Size">Of a file.</param>
/// <param name="Seconds">Of its last modification.</param>
/// <param name="Nanoseconds">Behind the seconds.</param>
/// <param name="Text">Of a symbolic link.</param>
internal sealed record Holding(EntryKind Kind, long Size, long Seconds, uint Nanoseconds, string Text)
{
    private readonly SortedList<long, byte[]> _digests = [];

    /// <summary>The source has a member of that path.</summary>
    public bool IsWanted { get; set; }

    /// <summary>A file of the same size and time.</summary>
    public bool LooksLike(in FileStatus status) =>
        Kind == EntryKind.File && (Size, Seconds, Nanoseconds) == (status.Size, status.ModifiedSeconds, status.ModifiedNanoseconds);

    public void Add(long offset, ReadOnlySpan<byte> digest)
    {
        lock (_digests)
        {
            _digests[offset] = digest.ToArray();
        }
    }

    /// <summary>Whether the target has just these bytes there.</summary>
    public bool Has(long offset, ReadOnlySpan<byte> bytes)
    {
        lock (_digests)
        {
            return Kind == EntryKind.File
                && bytes.Length == Math.Min(FileCursor.PieceSize, Size - offset)
                && (bytes.IsEmpty || (_digests.TryGetValue(offset, out var digest) && digest.AsSpan().SequenceEqual(PieceDigest.Of(bytes))));
        }
    }
}
