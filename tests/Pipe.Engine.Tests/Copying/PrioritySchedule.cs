namespace Pipe.Engine.Tests;

/// <summary>
/// Gives out what was asked for first, then the rest in any order; and some of the ranges are not there at first, as on a host that has
/// yet to get them.
/// </summary>
internal sealed class PrioritySchedule : IRangeSchedule
{
    private readonly object _lock = new();
    private readonly PriorityQueue<BlockRange, int> _ready = new();
    private readonly List<BlockRange> _late = [];
    private readonly Random _random;

    public PrioritySchedule(IRangeSource source, int block, int latePercent, Random random)
    {
        _random = random;
        var all = new SequentialSchedule(source);
        while (all.TryNext(block, out var range))
        {
            if (random.Next(100) < latePercent)
            {
                _late.Add(range);
            }
            else
            {
                _ready.Enqueue(range, random.Next(1, 1000));
            }
        }
    }

    public event Action? Changed;

    public bool IsExhausted
    {
        get
        {
            lock (_lock)
            {
                return _ready.Count + _late.Count == 0;
            }
        }
    }

    public bool TryNext(int most, out BlockRange range)
    {
        lock (_lock)
        {
            return _ready.TryDequeue(out range, out _);
        }
    }

    /// <summary>Waits for the range that was missing; false if none is.</summary>
    public bool TryArrive()
    {
        lock (_lock)
        {
            if (_late.Count == 0)
            {
                return false;
            }

            var at = _random.Next(_late.Count);
            _ready.Enqueue(_late[at], 0);
            _late.RemoveAt(at);
        }

        Changed?.Invoke();
        return true;
    }
}
