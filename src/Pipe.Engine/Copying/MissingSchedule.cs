using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// What the receiver lacks. It says what it has; a thread compares that with the source, piece by piece, while lanes send what differs.
/// A piece that is the same is sent as kept; behind all that the receiver has, the source goes out front to back.
/// </summary>
internal sealed class MissingSchedule : IRangeSchedule, IDisposable
{
    private const int MostWaiting = 16;
    private readonly IRangeSource _source;
    private readonly object _lock = new();
    private readonly Queue<HaveRanges> _claims = new();
    private readonly Queue<BlockRange> _compared = new();
    private RangeWalk _missing;
    private long _claimed;
    private bool _isAllClaimed;
    private bool _isAllCompared;
    private bool _isClosed;

    /// <param name="source">What is sent.</param>
    /// <param name="failed">Called if the source cannot be read.</param>
    public MissingSchedule(IRangeSource source, Action<Exception> failed)
    {
        _source = source;
        DataThread.Start("compare", () =>
        {
            try
            {
                CompareAll();
            }
            catch (Exception e)
            {
                failed(e);
            }
        });
    }

    public event Action? Changed;

    public bool IsExhausted
    {
        get
        {
            lock (_lock)
            {
                return _isAllCompared && _compared.Count == 0 && _missing.IsAtEnd;
            }
        }
    }

    /// <summary>The receiver says what it has. Over a new control channel it says all of it again.</summary>
    /// <exception cref="ProtocolException">Something is left out.</exception>
    public void Take(HaveRanges ranges)
    {
        lock (_lock)
        {
            if (ranges.Offset > _claimed || (_isAllClaimed && ranges.End > _claimed))
            {
                ProtocolException.Throw($"pieces from {ranges.Offset} on after those up to {_claimed}");
            }

            if (ranges.Length == 0)
            {
                _isAllClaimed = true;
            }
            else if (ranges.Offset == _claimed)
            {
                _claimed = ranges.End;
                if (ranges.Offset < _source.Size)
                {
                    _claims.Enqueue(ranges);
                }
            }

            Monitor.PulseAll(_lock);
        }
    }

    public bool TryNext(int most, out BlockRange range)
    {
        lock (_lock)
        {
            if (_missing.TryNext(most, out range))
            {
                return true;
            }

            if (!_compared.TryDequeue(out range))
            {
                return false;
            }

            Monitor.PulseAll(_lock);
            if (range.Type == BlockType.Kept)
            {
                return true;
            }

            _missing = new RangeWalk(_source, range.Offset, range.Offset + range.Length);
            return _missing.TryNext(most, out range);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            Monitor.PulseAll(_lock);
        }
    }

    private void CompareAll()
    {
        using var slab = new Slab(Limits.MaxBlock);
        var done = 0L;
        while (Next() is { } claim)
        {
            for (var i = 0; i < claim.Count && done < _source.Size; i++)
            {
                var length = Math.Min(claim.Piece, claim.End - done);
                Add(Compare(done, length, claim.DigestOf(i), slab));
                done += length;
            }
        }

        if (done < _source.Size)
        {
            Add(new BlockRange(BlockType.Data, done, _source.Size - done));
        }

        lock (_lock)
        {
            _isAllCompared = true;
        }

        Changed?.Invoke();
    }

    /// <summary>Whatever of the piece is in the source, missing or kept.</summary>
    private BlockRange Compare(long offset, long length, ReadOnlySpan<byte> digest, Slab slab)
    {
        if (offset + length > _source.Size)
        {
            return new BlockRange(BlockType.Data, offset, _source.Size - offset);
        }

        var bytes = slab.Payload[..(int)length];
        Span<byte> ours = stackalloc byte[PieceDigest.Size];
        _source.Read(bytes, offset);
        PieceDigest.Write(bytes, ours);
        return ours.SequenceEqual(digest)
            ? new BlockRange(BlockType.Kept, offset, length, PieceDigest.InBlock(digest))
            : new BlockRange(BlockType.Data, offset, length);
    }

    private void Add(in BlockRange range)
    {
        lock (_lock)
        {
            while (_compared.Count >= MostWaiting && !_isClosed)
            {
                Monitor.Wait(_lock);
            }

            _compared.Enqueue(range);
        }

        Changed?.Invoke();
    }

    /// <summary>Waits for more of what the receiver has; null when there is none.</summary>
    private HaveRanges? Next()
    {
        lock (_lock)
        {
            while (_claims.Count == 0 && !_isAllClaimed && !_isClosed)
            {
                Monitor.Wait(_lock);
            }

            return !_isClosed && _claims.TryDequeue(out var claim) ? claim : null;
        }
    }
}
