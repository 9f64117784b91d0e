namespace Pipe.Engine;

/// <summary>
/// Background hydration: requests missing regions in ascending order, as many as the window allows. Client requests slow it down but never
/// stop it.
/// </summary>
internal sealed class Sweep
{
    private const int IdleMilliseconds = 500;
    private const int RateMilliseconds = 50;
    private readonly Hydration _hydration;
    private readonly CloneTerms _terms;
    private readonly object _lock = new();
    private bool _isWoken;
    private bool _isClosed;
    private long _cursor;
    private long _allowance;
    private long _allowedAt = Environment.TickCount64;

    /// <param name="hydration">The hydration to drive.</param>
    /// <param name="terms">The limits.</param>
    public Sweep(Hydration hydration, CloneTerms terms) => (_hydration, _terms) = (hydration, terms);

    private CloneGeometry Geometry => _hydration.Geometry;

    private long BatchBytes => Math.Max(1, _terms.Batch) * Geometry.Region;

    public void Start() => DataThread.Start("sweep", Run);

    /// <summary>Wakes the thread, because it may have work.</summary>
    public void Wake()
    {
        if (Volatile.Read(ref _isWoken))
        {
            return;
        }

        lock (_lock)
        {
            _isWoken = true;
            Monitor.PulseAll(_lock);
        }
    }

    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Requests as many regions as allowed at this time.</summary>
    public void Step(long now)
    {
        while (MayAsk(now) && TryNext(out var first, out var end))
        {
            _allowance -= Geometry.EndOf(end - 1) - Geometry.OffsetOf(first);
            _hydration.Request(first, end, Geometry.OffsetOf(first), 0, FetchPriority.Sweep);
        }
    }

    private bool MayAsk(long now)
    {
        if (!_terms.IsHydrationEnabled || _terms.Threshold == 0 || _hydration.Mode != CloneMode.ReadWrite || now < _hydration.Failures.NotBefore)
        {
            return false;
        }

        if (_terms.Rate == 0)
        {
            return true;
        }

        // The burst is limited to a tenth of a second at the full rate.
        _allowance = Math.Min(Math.Max(BatchBytes, _terms.Rate / 10), _allowance + (now - _allowedAt) * _terms.Rate / 1000);
        _allowedAt = now;
        return _allowance > 0;
    }

    private bool TryNext(out long first, out long end)
    {
        lock (_hydration.Gate)
        {
            var map = _hydration.Map;
            for (var isAgain = _cursor == 0; ; isAgain = true)
            {
                first = NextFree(map);
                if (first < map.Regions || isAgain)
                {
                    break;
                }

                _cursor = 0;
            }

            end = first < map.Regions && Room() is var room and > 0 ? _hydration.StartRun(first, map.Regions, room, isBackground: true) : first;
            _cursor = end > first ? end : _cursor;
            return end > first;
        }
    }

    /// <summary>Returns the next region that is missing and not busy.</summary>
    private long NextFree(HydrationMap map)
    {
        var region = map.NextMissing(_cursor, map.Regions);
        while (region < map.Regions && !_hydration.Table.IsFree(region))
        {
            region = map.NextMissing(region + 1, map.Regions);
        }

        return region;
    }

    /// <summary>
    /// Maximum size of the next request in bytes. 0 until there is room for half a batch: requests as small as each arrival frees would cost
    /// as many round trips.
    /// </summary>
    private long Room()
    {
        var table = _hydration.Table;
        var (most, used) = _terms.IsThresholdSet
            ? (_terms.Threshold * Geometry.Region, table.BackgroundRegions * Geometry.Region)
            : (_hydration.Window.Bytes, table.BackgroundBytes);
        var batch = Math.Min(BatchBytes, most);
        return used == 0 || 2 * (most - used) >= batch ? Math.Max(Geometry.Region, Math.Min(batch, most - used)) : 0;
    }

    private void Run()
    {
        while (true)
        {
            var now = Environment.TickCount64;
            Step(now);
            lock (_lock)
            {
                if (!_isWoken && !_isClosed)
                {
                    Monitor.Wait(_lock, _terms.Rate > 0 ? RateMilliseconds : IdleMilliseconds);
                }

                _isWoken = false;
                if (_isClosed)
                {
                    return;
                }
            }
        }
    }
}
