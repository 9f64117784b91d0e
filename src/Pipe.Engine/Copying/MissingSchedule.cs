using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Schedules the ranges that the receiver lacks. A thread compares the ranges that the receiver has announced with the source, piece by piece, while
/// lanes send those that differ. An identical piece is sent as kept; after the receiver's last range the source goes out front to back.
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

    /// <param name="source">The source.</param>
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

    /// <summary>Takes ranges that the receiver has. Over a new control channel it announces all of them again.</summary>
    /// <exception cref="ProtocolException">The ranges have a gap.</exception>
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

    /// <summary>Compares the part of the piece that the source has: missing or kept.</summary>
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

    /// <summary>Waits for more of the receiver's ranges; null after the last.</summary>
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
