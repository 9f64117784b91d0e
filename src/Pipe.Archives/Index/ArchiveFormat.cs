using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// Walks the headers of one archive format. It requests a window of the stream, gets exactly that, and requests the next: a longer one from the same
/// start, or a later one. Throws <see cref="IndexException"/> for invalid data.
/// </summary>
internal abstract class ArchiveFormat(IndexWriter index)
{
    /// <summary>Paths may be longer than PATH_MAX, but not unlimited.</summary>
    protected const int MaxName = 1 << 20;

    private const long MaxOffset = long.MaxValue / 2;
    private bool _isPending;

    protected IndexWriter Index { get; } = index;

    protected Member Member { get; } = new();

    /// <param name="at">Start of the window.</param>
    /// <param name="bytes">The complete window.</param>
    public abstract Window Take(long at, ReadOnlySpan<byte> bytes);

    /// <summary>Called at the end of the stream.</summary>
    /// <param name="length">Its length.</param>
    /// <param name="rest">The available part of the requested window.</param>
    public abstract void End(long length, ReadOnlySpan<byte> rest);

    /// <summary>Cuts a name at its first zero byte.</summary>
    protected static ReadOnlySpan<byte> UpToZero(ReadOnlySpan<byte> name)
    {
        var zero = name.IndexOf((byte)0);
        return zero < 0 ? name : name[..zero];
    }

    protected static int NameLength(long length) => length is > 0 and <= MaxName
        ? (int)length
        : throw new IndexException($"a name of {length} bytes");

    /// <summary>The end of data of that size, padded to a multiple of the unit.</summary>
    protected static long EndOf(long start, long size, int unit) => size >= 0 && size < MaxOffset - start
        ? start + ((size + unit - 1) / unit * unit)
        : throw new IndexException($"a size of {size} bytes");

    /// <summary>Holds a member, which enters the index once its data have passed.</summary>
    protected void Hold(long stored, int unit)
    {
        Member.Stored = stored;
        Member.End = EndOf(Member.Data, stored, unit);
        _isPending = true;
    }

    protected void Release()
    {
        if (_isPending)
        {
            Index.Add(Member);
            _isPending = false;
        }
    }

    protected void ReleaseAtEnd(long length)
    {
        if (_isPending && length < Member.End)
        {
            throw new IndexException($"the stream ends inside {RawText.Printable(RawText.Decode(Member.Name.WrittenSpan))}");
        }

        Release();
    }
}
