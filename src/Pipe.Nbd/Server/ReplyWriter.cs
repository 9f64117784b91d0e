using System.Buffers.Binary;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Nbd;

/// <summary>
/// Writes the replies of one connection. Thread-safe. Replies of the reader thread are buffered until it waits for the next request; those of
/// other threads are sent immediately.
/// </summary>
internal sealed class ReplyWriter(IByteChannel channel, bool isStructured) : IDisposable
{
    private const int HeaderRoom = NbdChunk.Size + NbdChunk.OffsetSize;
    private readonly Slab _gathered = new(BufferPool.Large + BufferPool.Small);
    private readonly object _lock = new();
    private int _length;

    /// <summary>Maximum size in bytes of a read whose reply can be buffered.</summary>
    public const int MostGathered = BufferPool.Large;

    /// <summary>Fills the reply to a read in place; false if the bytes cannot be read without blocking.</summary>
    public delegate bool Filler(Span<byte> bytes, long offset);

    /// <summary>Buffers the reply to a read; false if the bytes cannot be read without blocking.</summary>
    public bool TryGather(in NbdRequest request, Filler fill)
    {
        lock (_lock)
        {
            var length = (int)request.Length;
            if (_length + HeaderRoom + length > _gathered.Capacity)
            {
                FlushLocked();
            }

            var header = HeaderSize;
            if (!fill(_gathered.Payload.Slice(_length + header, length), (long)request.Offset))
            {
                return false;
            }

            WriteHeader(_gathered.Payload[_length..], request.Cookie, (long)request.Offset, length, isLast: true);
            _length += header + length;
            return true;
        }
    }

    /// <summary>Buffers a reply without payload.</summary>
    public void Gather(in NbdRequest request, NbdError error)
    {
        lock (_lock)
        {
            Append(request, error);
        }
    }

    /// <summary>Sends a reply without payload.</summary>
    public void Send(in NbdRequest request, NbdError error)
    {
        lock (_lock)
        {
            Append(request, error);
            FlushLocked();
        }
    }

    /// <summary>Sends the bytes of a read. The slab has room for the header before them.</summary>
    /// <param name="request">The request to answer.</param>
    /// <param name="slab">Contains the bytes.</param>
    /// <param name="offset">Offset of the bytes in the export.</param>
    /// <param name="length">Number of bytes; the whole request, unless replies are structured.</param>
    /// <param name="isLast">Whether these are the last bytes of the request.</param>
    public void Send(in NbdRequest request, Slab slab, long offset, int length, bool isLast)
    {
        lock (_lock)
        {
            FlushLocked();
            var framed = slab.Framed(HeaderSize, length);
            WriteHeader(framed, request.Cookie, offset, length, isLast);
            channel.Send(framed);
        }
    }

    /// <summary>Sends a long simple reply: the header, then all bytes, without other replies in between.</summary>
    public void SendLong(in NbdRequest request, Slab slab, Action<Slab, long, int> read)
    {
        lock (_lock)
        {
            FlushLocked();
            Span<byte> header = stackalloc byte[NbdSimpleReply.Size];
            new NbdSimpleReply(NbdError.None, request.Cookie).Write(header);
            SendAfter(header, request, slab, read);
        }
    }

    /// <summary>Sends a long structured reply as a single chunk, for a client that requests no fragmentation.</summary>
    public void SendLongChunk(in NbdRequest request, Slab slab, Action<Slab, long, int> read)
    {
        lock (_lock)
        {
            FlushLocked();
            Span<byte> header = stackalloc byte[HeaderRoom];
            WriteHeader(header, request.Cookie, (long)request.Offset, (int)request.Length, isLast: true);
            SendAfter(header, request, slab, read);
        }
    }

    /// <summary>Sends one chunk of a structured reply.</summary>
    public void Send(in NbdRequest request, NbdChunkType type, bool isLast, ReadOnlySpan<byte> payload)
    {
        lock (_lock)
        {
            FlushLocked();
            Span<byte> header = stackalloc byte[NbdChunk.Size];
            new NbdChunk(type, isLast, request.Cookie, (uint)payload.Length).Write(header);
            channel.Send(header);
            channel.Send(payload);
        }
    }

    public void Flush()
    {
        lock (_lock)
        {
            FlushLocked();
        }
    }

    public void Dispose() => _gathered.Dispose();

    private int HeaderSize => isStructured ? HeaderRoom : NbdSimpleReply.Size;

    private void WriteHeader(Span<byte> to, ulong cookie, long offset, int length, bool isLast)
    {
        if (!isStructured)
        {
            new NbdSimpleReply(NbdError.None, cookie).Write(to);
            return;
        }

        new NbdChunk(NbdChunkType.OffsetData, isLast, cookie, (uint)(NbdChunk.OffsetSize + length)).Write(to);
        BinaryPrimitives.WriteInt64BigEndian(to[NbdChunk.Size..], offset);
    }

    private void SendAfter(ReadOnlySpan<byte> header, in NbdRequest request, Slab slab, Action<Slab, long, int> read)
    {
        channel.Send(header);
        for (var done = 0L; done < request.Length; done += slab.Capacity)
        {
            var part = (int)Math.Min(slab.Capacity, request.Length - done);
            read(slab, (long)request.Offset + done, part);
            channel.Send(slab.Payload[..part]);
        }
    }

    private void Append(in NbdRequest request, NbdError error)
    {
        const int errorPayload = 6;
        if (_length + NbdChunk.Size + errorPayload > _gathered.Capacity)
        {
            FlushLocked();
        }

        var to = _gathered.Payload[_length..];
        var mustBeStructured = isStructured && request.Type is NbdCommand.Read or NbdCommand.BlockStatus;
        if (!isStructured || !mustBeStructured)
        {
            new NbdSimpleReply(error, request.Cookie).Write(to);
            _length += NbdSimpleReply.Size;
        }
        else if (error == NbdError.None)
        {
            new NbdChunk(NbdChunkType.None, IsLast: true, request.Cookie, 0).Write(to);
            _length += NbdChunk.Size;
        }
        else
        {
            new NbdChunk(NbdChunkType.Error, IsLast: true, request.Cookie, errorPayload).Write(to);
            BinaryPrimitives.WriteUInt32BigEndian(to[NbdChunk.Size..], (uint)error);
            BinaryPrimitives.WriteUInt16BigEndian(to[(NbdChunk.Size + sizeof(uint))..], 0);
            _length += NbdChunk.Size + errorPayload;
        }
    }

    private void FlushLocked()
    {
        if (_length > 0)
        {
            channel.Send(_gathered.Payload[.._length]);
            _length = 0;
        }
    }
}
