namespace Pipe.Archives;

/// <summary>Writes the lines of an index to a stream. Uses one buffer, however many members there are.</summary>
internal sealed class IndexWriter(Stream output)
{
    private byte[] _buffer = new byte[256 << 10];
    private int _filled;
    private bool _isBegun;
    private bool _isBroken;

    public long Members { get; private set; }

    /// <summary>The offset up to which the index is complete.</summary>
    public long Covered { get; private set; }

    /// <param name="format">tar or cpio.</param>
    public void Begin(string format)
    {
        _isBegun = true;
        _filled += IndexLine.WriteOpening(Room(IndexLine.MaxFixed), format);
    }

    public void Add(Member member)
    {
        _filled += IndexLine.Write(Room(IndexLine.MaxLength(member)), member);
        Members++;
        Cover(member.End);
    }

    /// <summary>Records that everything up to that offset is indexed members or padding.</summary>
    public void Cover(long offset) => Covered = offset;

    /// <param name="length">The length of the stream.</param>
    public void Complete(long length)
    {
        Cover(length);
        Close("");
    }

    public void Break(string reason)
    {
        if (_isBroken)
        {
            return; // the missing closing line shows that the index is incomplete
        }

        if (!_isBegun)
        {
            Begin("unknown");
        }

        Close(reason);
    }

    private void Close(string reason)
    {
        _filled += IndexLine.WriteClosing(Room(IndexLine.MaxFixed + (reason.Length * 6)), Covered, Members, reason);
        Flush();
    }

    private Span<byte> Room(int length)
    {
        if (_buffer.Length - _filled < length)
        {
            Flush();
            if (_buffer.Length < length)
            {
                _buffer = new byte[length];
            }
        }

        return _buffer.AsSpan(_filled);
    }

    private void Flush()
    {
        try
        {
            output.Write(_buffer, 0, _filled);
            _filled = 0;
        }
        catch (Exception e)
        {
            _isBroken = true;
            throw new IndexException($"the index cannot be written: {e.Message}");
        }
    }
}
