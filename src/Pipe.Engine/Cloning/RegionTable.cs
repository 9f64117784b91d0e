namespace Pipe.Engine;

/// <summary>
/// The busy regions: those in flight from the source, and those claimed by clients.
/// The caller holds the gate of the <see cref="Hydration"/>. Entries are pooled: one is reused after it has ended and no thread waits for it.
/// </summary>
internal sealed class RegionTable
{
    private readonly Dictionary<long, Fetch> _fetches = [];
    private readonly Dictionary<long, long> _stale = [];
    private readonly List<Claim> _claims = [];
    private readonly Stack<Fetch> _freeFetches = new();
    private readonly Stack<Claim> _freeClaims = new();

    /// <summary>Number of regions in flight.</summary>
    public int Fetching => _fetches.Count;

    /// <summary>Bytes in flight for background hydration.</summary>
    public long BackgroundBytes { get; private set; }

    public int BackgroundRegions { get; private set; }

    public Fetch? FetchOf(long region) => _fetches.GetValueOrDefault(region);

    public Claim? ClaimOf(long first, long end)
    {
        foreach (var claim in _claims)
        {
            if (claim.Overlaps(first, end))
            {
                return claim;
            }
        }

        return null;
    }

    /// <summary>Whether a region may be requested.</summary>
    public bool IsFree(long region) => !_fetches.ContainsKey(region) && !_stale.ContainsKey(region) && ClaimOf(region, region + 1) is null;

    public Fetch Start(long region, long offset, long length, bool isBackground)
    {
        var fetch = _freeFetches.TryPop(out var free) ? free : new Fetch();
        fetch.Begin(region, offset, length, isBackground);
        _fetches.Add(region, fetch);
        Count(fetch, 1);
        return fetch;
    }

    public Claim StartClaim(long first, long end)
    {
        var claim = _freeClaims.TryPop(out var free) ? free : new Claim();
        claim.Begin(first, end);
        _claims.Add(claim);
        return claim;
    }

    /// <summary>Returns a fetch within a range of regions; null if there is none.</summary>
    public Fetch? FetchIn(long first, long end)
    {
        if (end - first <= _fetches.Count)
        {
            for (var region = first; region < end; region++)
            {
                if (_fetches.TryGetValue(region, out var fetch))
                {
                    return fetch;
                }
            }

            return null;
        }

        foreach (var (region, fetch) in _fetches)
        {
            if (region >= first && region < end)
            {
                return fetch;
            }
        }

        return null;
    }

    /// <summary>Removes a fetch that has ended.</summary>
    public void End(Fetch fetch, FetchResult result)
    {
        _fetches.Remove(fetch.Region);
        Count(fetch, -1);
        fetch.End(result);
        Free(fetch);
    }

    /// <summary>Cancels a fetch. The region stays stale until its bytes have arrived: a second request would count them twice.</summary>
    public void Cancel(Fetch fetch)
    {
        _stale[fetch.Region] = fetch.Missing;
        End(fetch, FetchResult.NotStored);
    }

    /// <summary>Whether bytes of a cancelled fetch are still in flight.</summary>
    public bool IsStale(long region) => _stale.ContainsKey(region);

    /// <summary>Counts arrived bytes that belong to no fetch.</summary>
    public void Drop(long region, long count)
    {
        if (_stale.TryGetValue(region, out var left))
        {
            if (left <= count)
            {
                _stale.Remove(region);
            }
            else
            {
                _stale[region] = left - count;
            }
        }
    }

    public void End(Claim claim)
    {
        _claims.Remove(claim);
        claim.Release();
        Free(claim);
    }

    /// <summary>Called by a thread that has finished waiting.</summary>
    public void Leave(Pending pending)
    {
        pending.Users--;
        if (pending.IsDone)
        {
            Free(pending);
        }
    }

    private void Free(Pending pending)
    {
        if (pending.Users > 0)
        {
            return;
        }

        if (pending is Fetch { Writers: 0 } fetch)
        {
            _freeFetches.Push(fetch);
        }
        else if (pending is Claim claim)
        {
            _freeClaims.Push(claim);
        }
    }

    private void Count(Fetch fetch, int sign)
    {
        if (fetch.IsBackground)
        {
            BackgroundBytes += sign * fetch.Length;
            BackgroundRegions += sign;
        }
    }
}
