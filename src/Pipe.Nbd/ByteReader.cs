namespace Pipe.Nbd;

/// <summary>Reads a channel through a buffer, to save system calls. Not thread-safe.</summary>
internal sealed class ByteReader(IByteChannel channel)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    /// <summary>Number of buffered bytes.</summary>
    public int Ready => _end - _start;

    /// <summary>Waits for <paramref name="count"/> bytes and takes them. They are valid until the next call. False if the channel ends before the first byte.</summary>
    /// <exception cref="IOException">The channel ends after the first byte.</exception>
    public bool TryTake(int count, out ReadOnlySpan<byte> bytes)
    {
        if (Ready < count)
        {
            _buffer.AsSpan(_start, Ready).CopyTo(_buffer);
            (_start, _end) = (0, Ready);
            while (Ready < count)
            {
                var more = channel.Receive(_buffer.AsSpan(_end));
                if (more == 0)
                {
                    bytes = default;
                    return Ready == 0 ? false : throw Cut();
                }

                _end += more;
            }
        }

        bytes = _buffer.AsSpan(_start, count);
        _start += count;
        return true;
    }

    /// <summary>Waits until the buffer is full.</summary>
    public void Fill(Span<byte> to)
    {
        var here = Math.Min(Ready, to.Length);
        _buffer.AsSpan(_start, here).CopyTo(to);
        _start += here;
        for (to = to[here..]; !to.IsEmpty;)
        {
            var more = channel.Receive(to);
            to = more > 0 ? to[more..] : throw Cut();
        }
    }

    public void Skip(long count)
    {
        while (count > 0)
        {
            var part = (int)Math.Min(count, _buffer.Length);
            _ = TryTake(part, out _) ? true : throw Cut();
            count -= part;
        }
    }

    private static IOException Cut() => new("the connection ended in the middle of a message");
}
