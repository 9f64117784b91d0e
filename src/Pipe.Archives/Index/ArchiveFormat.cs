using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// Walks the headers of one kind of archive. It says which window of the stream it wants; it is handed exactly that, and says what it wants
/// next: more from the same start, or something further on. It throws <see cref="IndexException"/> when it is at a loss.
/// </summary>
internal abstract class ArchiveFormat(IndexWriter index)
{
    /// <summary>Paths may be longer than PATH_MAX, but not without end.</summary>
    protected const int MaxName = 1 << 20;

    private const long MaxOffset = long.MaxValue / 2;
    private bool _isPending;

    protected IndexWriter Index { get; } = index;

    protected Member Member { get; } = new();

    /// <param name="at">Where the window begins.</param>
    /// <param name="bytes">The window, whole.</param>
    public abstract Window Take(long at, ReadOnlySpan<byte> bytes);

    /// <summary>The stream has ended.</summary>
    /// <param name="length">Its length.</param>
    /// <param name="rest">What has come of the window that was wanted.</param>
    public abstract void End(long length, ReadOnlySpan<byte> rest);

    /// <summary>A name ends at its first zero byte.</summary>
    protected static ReadOnlySpan<byte> UpToZero(ReadOnlySpan<byte> name)
    {
        var zero = name.IndexOf((byte)0);
        return zero < 0 ? name : name[..zero];
    }

    protected static int NameLength(long length) => length is > 0 and <= MaxName
        ? (int)length
        : throw new IndexException($"a name of {length} bytes");

    /// <summary>Where data of that size that begin there end, filled up to a multiple of the unit.</summary>
    protected static long EndOf(long start, long size, int unit) => size >= 0 && size < MaxOffset - start
        ? start + ((size + unit - 1) / unit * unit)
        : throw new IndexException($"a size of {size} bytes");

    /// <summary>The member is known and will be in the index once its data have passed.</summary>
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
