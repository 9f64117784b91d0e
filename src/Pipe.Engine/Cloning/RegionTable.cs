namespace Pipe.Engine;

/// <summary>
/// The regions at work: those on their way from the source, and those that clients overwrite. A region is in one of the two at most.
/// Everything is called under the lock of the clone. Entries are pooled: one goes back when it has ended and no thread waits for it.
/// </summary>
internal sealed class RegionTable
{
    private readonly Dictionary<long, Fetch> _fetches = [];
    private readonly Dictionary<long, long> _stale = [];
    private readonly List<Claim> _claims = [];
    private readonly Stack<Fetch> _freeFetches = new();
    private readonly Stack<Claim> _freeClaims = new();

    /// <summary>Regions on their way.</summary>
    public int Fetching => _fetches.Count;

    /// <summary>Bytes on their way for the background.</summary>
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

    /// <summary>Whether it may be asked for.</summary>
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

    /// <summary>A fetch in that range; null if there is none.</summary>
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

    /// <summary>The fetch has ended.</summary>
    public void End(Fetch fetch, FetchResult result)
    {
        _fetches.Remove(fetch.Region);
        Count(fetch, -1);
        fetch.End(result);
        Free(fetch);
    }

    /// <summary>The fetch is not wanted any more. Until its bytes have come the region is not asked for again, or they would be counted twice.</summary>
    public void Cancel(Fetch fetch)
    {
        _stale[fetch.Region] = fetch.Missing;
        End(fetch, FetchResult.NotStored);
    }

    /// <summary>Bytes of a fetch that was cancelled are still to come.</summary>
    public bool IsStale(long region) => _stale.ContainsKey(region);

    /// <summary>Bytes came that no fetch wants.</summary>
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

    /// <summary>A thread that waited has seen how it ended.</summary>
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
