namespace Pipe.Engine;

/// <summary>
/// Background hydration: requests missing regions in ascending order, as many as the window allows, and commits once a second. Client
/// requests slow it down but never stop it.
/// </summary>
internal sealed class Sweep
{
    private const int CommitMilliseconds = 1000;
    private const int RateMilliseconds = 50;
    private readonly Hydration _hydration;
    private readonly Committer _committer;
    private readonly CloneTerms _terms;
    private readonly Action _hydrated;
    private readonly object _lock = new();
    private bool _isWoken;
    private bool _isClosed;
    private bool _isDone;
    private long _cursor;
    private long _allowance;
    private long _allowedAt = Environment.TickCount64;

    /// <param name="hydration">The hydration to drive.</param>
    /// <param name="committer">Makes the progress durable.</param>
    /// <param name="terms">The limits.</param>
    /// <param name="hydrated">Called once all regions are committed.</param>
    public Sweep(Hydration hydration, Committer committer, CloneTerms terms, Action hydrated) =>
        (_hydration, _committer, _terms, _hydrated) = (hydration, committer, terms, hydrated);

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

            end = first < map.Regions && HasRoom(first) ? _hydration.StartRun(first, map.Regions, Room(), isBackground: true) : first;
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

    private bool HasRoom(long region)
    {
        var table = _hydration.Table;
        return table.BackgroundBytes == 0
            || (_terms.IsThresholdSet ? table.BackgroundRegions < _terms.Threshold : table.BackgroundBytes + Geometry.LengthOf(region) <= _hydration.Window.Bytes);
    }

    /// <summary>Maximum size of the next request in bytes.</summary>
    private long Room()
    {
        var table = _hydration.Table;
        var room = _terms.IsThresholdSet ? (_terms.Threshold - table.BackgroundRegions) * Geometry.Region : _hydration.Window.Bytes - table.BackgroundBytes;
        return Math.Max(Geometry.Region, Math.Min(BatchBytes, room));
    }

    private void Run()
    {
        while (true)
        {
            var now = Environment.TickCount64;
            if (!_isDone)
            {
                Step(now);
            }

            CommitIfDue(now);
            lock (_lock)
            {
                if (!_isWoken && !_isClosed)
                {
                    Monitor.Wait(_lock, _terms.Rate > 0 ? RateMilliseconds : CommitMilliseconds / 2);
                }

                _isWoken = false;
                if (_isClosed)
                {
                    return;
                }
            }
        }
    }

    private void CommitIfDue(long now)
    {
        var map = _hydration.Map;
        if (_isDone || _hydration.Mode != CloneMode.ReadWrite || (map.IsChanged && !TryCommit(now)))
        {
            return;
        }

        lock (_hydration.Gate)
        {
            _isDone = map.IsCommittedFull;
        }

        if (_isDone)
        {
            _hydrated();
        }
    }

    /// <summary>Commits if a commit is due; false if it is not, or if it failed.</summary>
    private bool TryCommit(long now)
    {
        if (!_hydration.Map.IsFull && now - _committer.LastEnded < CommitMilliseconds)
        {
            return false;
        }

        try
        {
            _committer.Run();
            return true;
        }
        catch (IOException)
        {
            // The committer has reported the failure to the clone.
            return false;
        }
    }
}
