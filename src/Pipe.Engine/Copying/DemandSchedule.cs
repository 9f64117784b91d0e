using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// What the receiver asks for: misses, then hints, then the sweep. A range that is asked for again moves up, and goes out once. After the
/// last demand what was never asked for goes out as holes, which the receiver does not take for data.
/// </summary>
internal sealed class DemandSchedule(IRangeSource source) : IRangeSchedule
{
    /// <summary>Bytes of a block: what is on its way in the background holds up a miss no longer than that takes.</summary>
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

    /// <exception cref="ProtocolException">The range is beyond the end, or nothing more was wanted.</exception>
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

    /// <summary>What was asked for before only moves up.</summary>
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
