using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Nbd;

/// <summary>A request that may block.</summary>
/// <param name="Request">The request as received.</param>
/// <param name="Bytes">The payload of a write; null if it has not been read, or for other requests.</param>
/// <param name="IsEnd">Whether the client disconnects, so that there is no request.</param>
internal readonly record struct PendingRequest(NbdRequest Request, Slab? Bytes, bool IsEnd = false);

/// <summary>Carries out the requests of one connection.</summary>
internal sealed class RequestHandler
{
    private readonly Clone _clone;
    private readonly BufferPool _pool;
    private readonly ByteReader _reader;
    private readonly ReplyWriter _replies;
    private readonly StatusReply _status;
    private readonly ReadHandler _reads;
    private readonly ReplyWriter.Filler _readNow;

    public RequestHandler(Clone clone, BufferPool pool, ByteReader reader, ReplyWriter replies, Negotiation negotiation)
    {
        (_clone, _pool, _reader, _replies) = (clone, pool, reader, replies);
        _status = new StatusReply(clone, replies, negotiation.Contexts);
        _reads = new ReadHandler(clone, pool, replies, negotiation.IsStructured);
        _readNow = clone.TryReadNow;
    }

    /// <summary>Reads requests and answers the non-blocking ones; returns the first blocking one. Called by one thread at a time.</summary>
    public PendingRequest Next()
    {
        while (true)
        {
            if (_reader.Ready < NbdRequest.Size)
            {
                _replies.Flush();
            }

            if (!_reader.TryTake(NbdRequest.Size, out var bytes))
            {
                return new PendingRequest(default, null, IsEnd: true);
            }

            var request = NbdRequest.Read(bytes);
            if (request.Type == NbdCommand.Disconnect)
            {
                _replies.Flush();
                return new PendingRequest(default, null, IsEnd: true);
            }

            if (Fault(request) is not NbdError.None and var fault)
            {
                _reader.Skip(request.Type == NbdCommand.Write ? request.Length : 0);
                _replies.Gather(request, fault);
            }
            else if (!TryAnswerNow(request, out var pending))
            {
                _replies.Flush();
                return pending;
            }
        }
    }

    /// <summary>Carries out a request and answers it.</summary>
    public void Complete(in PendingRequest pending)
    {
        var request = pending.Request;
        if (request.Type == NbdCommand.Read)
        {
            _reads.Answer(request);
            return;
        }

        var error = NbdError.None;
        try
        {
            Change(request, pending.Bytes);
        }
        catch (IOException e)
        {
            error = ErrorNumber.Of(e);
        }
        finally
        {
            pending.Bytes?.Return();
        }

        _replies.Send(request, error);
    }

    private NbdError Fault(in NbdRequest request)
    {
        var size = (ulong)_clone.Size;
        var isInside = request.Offset <= size && request.Length <= size - request.Offset;
        var error = request.Type switch
        {
            NbdCommand.Flush => request.Offset == 0 && request.Length == 0 ? NbdError.None : NbdError.Invalid,
            NbdCommand.Read when request.Length > NbdLimits.Payload => NbdError.Overflow,
            NbdCommand.Write when request.Length > NbdLimits.Payload => throw new ProtocolException($"a write of {request.Length} bytes"),
            NbdCommand.Read or NbdCommand.Trim or NbdCommand.Cache => isInside && request.Length > 0 ? NbdError.None : NbdError.Invalid,
            NbdCommand.Write or NbdCommand.WriteZeroes => request.Length == 0 ? NbdError.Invalid : isInside ? NbdError.None : NbdError.NoSpace,
            NbdCommand.BlockStatus => _status.IsPossible && isInside && request.Length > 0 ? NbdError.None : NbdError.Invalid,
            _ => NbdError.Invalid,
        };
        return error == NbdError.None && (request.Flags & ~NbdCommandFlags.All) != 0 ? NbdError.Invalid : error;
    }

    private bool TryAnswerNow(in NbdRequest request, out PendingRequest pending)
    {
        pending = new PendingRequest(request, null);
        switch (request.Type)
        {
            case NbdCommand.Read:
                return request.Length <= ReplyWriter.MostGathered && _replies.TryGather(request, _readNow);
            case NbdCommand.Write when request.Length > BufferPool.Large:
                WriteLong(request);
                return true;
            case NbdCommand.Write:
                return TryWriteNow(request, out pending);
            case NbdCommand.Cache:
                _replies.Gather(request, Try(request, static (clone, range) => clone.Promote((long)range.Offset, range.Length)));
                return true;
            case NbdCommand.BlockStatus:
                _status.Answer(request);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Receives a write and stores it in the page cache; false if it has to wait for the source or for a flush.</summary>
    private bool TryWriteNow(in NbdRequest request, out PendingRequest pending)
    {
        var slab = _pool.Rent(request.Length);
        pending = new PendingRequest(request, slab);
        try
        {
            Receive(slab.Payload[..(int)request.Length]);
        }
        catch
        {
            slab.Return();
            throw;
        }

        if (request.Flags.Has(NbdCommandFlags.Fua) || !_clone.IsHydrated((long)request.Offset, request.Length))
        {
            return false;
        }

        var error = NbdError.None;
        try
        {
            _clone.Write(slab.Payload[..(int)request.Length], (long)request.Offset);
        }
        catch (IOException e)
        {
            error = ErrorNumber.Of(e);
        }

        slab.Return();
        _replies.Gather(request, error);
        return true;
    }

    /// <summary>Receives and stores a write larger than a buffer, piece by piece.</summary>
    private void WriteLong(in NbdRequest request)
    {
        var slab = _pool.Rent(request.Length);
        Claim? claim = null;
        var isWritten = false;
        var error = NbdError.None;
        try
        {
            var offset = (long)request.Offset;
            error = Try(request, (clone, range) => claim = BufferPool.Large < clone.Geometry.Region ? clone.BeginOverwrite((long)range.Offset, range.Length) : null);
            for (var done = 0L; done < request.Length;)
            {
                var part = PieceOf(offset + done, request.Length - done);
                Receive(slab.Payload[..part]);
                error = error == NbdError.None ? WritePiece(claim, slab.Payload[..part], offset + done) : error;
                done += part;
            }

            error = error == NbdError.None && request.Flags.Has(NbdCommandFlags.Fua) && claim is null ? Try(request, static (clone, _) => clone.Flush()) : error;
            isWritten = error == NbdError.None;
        }
        finally
        {
            slab.Return();
            if (claim is not null)
            {
                _clone.EndOverwrite(claim, isWritten);
            }
        }

        if (isWritten && claim is not null && request.Flags.Has(NbdCommandFlags.Fua))
        {
            error = Try(request, static (clone, _) => clone.Flush());
        }

        _replies.Gather(request, error);
    }

    /// <summary>Receives bytes. Flushes the buffered replies first if the call would block.</summary>
    private void Receive(Span<byte> bytes)
    {
        if (_reader.Ready < bytes.Length)
        {
            _replies.Flush();
        }

        _reader.Fill(bytes);
    }

    /// <summary>Returns the size of the next piece. Pieces end on region boundaries where possible.</summary>
    private int PieceOf(long offset, long left)
    {
        var grain = Math.Min(BufferPool.Large, _clone.Geometry.Region);
        return (int)Math.Min(left, BufferPool.Large - offset % grain);
    }

    private NbdError WritePiece(Claim? claim, ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            if (claim is null)
            {
                _clone.Write(bytes, offset);
            }
            else
            {
                _clone.Write(claim, bytes, offset);
            }

            return NbdError.None;
        }
        catch (IOException e)
        {
            return ErrorNumber.Of(e);
        }
    }

    private void Change(in NbdRequest request, Slab? bytes)
    {
        var (offset, length) = ((long)request.Offset, (long)request.Length);
        switch (request.Type)
        {
            case NbdCommand.Write:
                _clone.Write(bytes!.Payload[..(int)length], offset);
                break;
            case NbdCommand.Trim:
                _clone.Discard(offset, length);
                break;
            case NbdCommand.WriteZeroes:
                _clone.Zero(offset, length, request.Flags.Has(NbdCommandFlags.NoHole), request.Flags.Has(NbdCommandFlags.FastZero));
                break;
            default:
                _clone.Flush();
                return;
        }

        if (request.Flags.Has(NbdCommandFlags.Fua))
        {
            _clone.Flush();
        }
    }

    private NbdError Try(in NbdRequest request, Action<Clone, NbdRequest> action)
    {
        try
        {
            action(_clone, request);
            return NbdError.None;
        }
        catch (IOException e)
        {
            return ErrorNumber.Of(e);
        }
    }
}
