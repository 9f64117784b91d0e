using System.Buffers.Binary;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Nbd;

/// <summary>
/// The answers of one connection, from any thread. Answers of the thread that reads requests are gathered, and go out before it waits for
/// the next request; those of other threads go out at once.
/// </summary>
internal sealed class ReplyWriter(IByteChannel channel, bool isStructured) : IDisposable
{
    private const int HeaderRoom = NbdChunk.Size + NbdChunk.OffsetSize;
    private readonly Slab _gathered = new(BufferPool.Large + BufferPool.Small);
    private readonly object _lock = new();
    private int _length;

    /// <summary>Bytes of a read that can be gathered.</summary>
    public const int MostGathered = BufferPool.Large;

    /// <summary>Fills the answer to a read where it leaves from; false if it cannot be read so.</summary>
    public delegate bool Filler(Span<byte> bytes, long offset);

    /// <summary>Gathers an answer to a read, if the bytes can be had.</summary>
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

    /// <summary>Gathers an answer without bytes.</summary>
    public void Gather(in NbdRequest request, NbdError error)
    {
        lock (_lock)
        {
            Append(request, error);
        }
    }

    /// <summary>Sends an answer without bytes.</summary>
    public void Send(in NbdRequest request, NbdError error)
    {
        lock (_lock)
        {
            Append(request, error);
            FlushLocked();
        }
    }

    /// <summary>Sends bytes of a read, in front of which the slab has room.</summary>
    /// <param name="request">Answered.</param>
    /// <param name="slab">Has the bytes.</param>
    /// <param name="offset">Of the bytes.</param>
    /// <param name="length">How many; all of the request, unless answers have structure.</param>
    /// <param name="isLast">They are the last ones.</param>
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

    /// <summary>Sends a long answer without structure: its header, then all its bytes, with nothing in between.</summary>
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

    /// <summary>The same in one part with structure, for a client that wants no more than one.</summary>
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

    /// <summary>Sends one part of an answer with structure.</summary>
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
