using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Schedules the ranges that the receiver demands: misses, then hints, then the sweep. Each range is sent once; a miss raises a range already
/// queued. After the last demand, ranges never demanded are sent as holes, which the receiver ignores.
/// </summary>
internal sealed class DemandSchedule(IRangeSource source) : IRangeSchedule
{
    /// <summary>Maximum block size in bytes, which bounds the time that background data in flight can delay a miss.</summary>
    private const int MostBlock = 256 * 1024;

    private readonly object _lock = new();
    private readonly DemandQueue _queue = new();
    private readonly AskedRanges _asked = new();
    private RangeWalk _walk;
    private bool _isEnough;

    public event Action? Changed;

    public bool IsExhausted
    {
        get
        {
            lock (_lock)
            {
                return _isEnough && _queue.Count == 0 && _walk.IsAtEnd && _asked.Covers(source.Size);
            }
        }
    }

    /// <summary>Handles a demand of the receiver. Ranges in demands after the last one are ignored.</summary>
    /// <exception cref="ProtocolException">The range is beyond the end of the source.</exception>
    public void Take(Demand demand)
    {
        lock (_lock)
        {
            if (demand.End > source.Size)
            {
                ProtocolException.Throw($"a demand up to {demand.End}, beyond the end at {source.Size}");
            }

            if (demand.Kind == DemandKind.Enough)
            {
                _isEnough = true;
            }
            else
            {
                Add(demand);
            }
        }

        Changed?.Invoke();
    }

    public bool TryNext(int most, out BlockRange range)
    {
        lock (_lock)
        {
            if (_walk.TryNext(Math.Min(most, MostBlock), out range))
            {
                return true;
            }

            if (_queue.TryTake(MostBlock, out var offset, out var length, out _))
            {
                _walk = new RangeWalk(source, offset, offset + length);
                return _walk.TryNext(Math.Min(most, MostBlock), out range);
            }

            return _isEnough && TryLeaveOut(out range);
        }
    }

    /// <summary>Queues the parts of a range not demanded before. A miss also raises the queued parts.</summary>
    private void Add(Demand demand)
    {
        if (demand.Kind == DemandKind.Miss)
        {
            _queue.Raise(demand.Offset, demand.Length);
        }

        if (_isEnough)
        {
            return;
        }

        while (_asked.TryAddFirst(demand.Offset, demand.End, out var start, out var end))
        {
            _queue.Add(start, end - start, (FetchPriority)demand.Kind);
        }
    }

    private bool TryLeaveOut(out BlockRange range)
    {
        var isThere = _asked.TryAddFirst(0, source.Size, out var start, out var end);
        range = isThere ? new BlockRange(BlockType.Hole, start, end - start) : default;
        return isThere;
    }
}
