namespace Pipe.Engine;

/// <summary>
/// Copies regions from the source to the destination. Concurrent requests for a region share one fetch. An unhydrated region changes only
/// while it has an entry in the table, so late data from the source never overwrite a client's write.
/// </summary>
internal sealed class Hydration
{
    private readonly ICloneSource _source;
    private readonly CloneEvents _events;
    private readonly CloneTerms _terms;
    private readonly Action _wake;

    /// <param name="geometry">The geometry of the clone.</param>
    /// <param name="map">The hydrated regions.</param>
    /// <param name="disk">The destination.</param>
    /// <param name="source">The source; its target is set here.</param>
    /// <param name="terms">The settings of the clone.</param>
    /// <param name="events">Receives the events.</param>
    /// <param name="wake">Called when background hydration may have work. Must not block.</param>
    public Hydration(CloneGeometry geometry, HydrationMap map, IDisk disk, ICloneSource source, CloneTerms terms, CloneEvents events, Action wake)
    {
        (Geometry, Map, Disk, _source, _terms, _events, _wake) = (geometry, map, disk, source, terms, events, wake);
        Waits = new RegionWaits(this, source);
        source.Target = new Arrivals(this, terms, events, wake);
    }

    public object Gate { get; } = new();

    public CloneGeometry Geometry { get; }

    public HydrationMap Map { get; }

    public IDisk Disk { get; }

    /// <summary>The regions in flight. Guarded by the gate.</summary>
    public RegionTable Table { get; } = new();

    /// <summary>The waits of clients for regions.</summary>
    public RegionWaits Waits { get; }

    public FailureLog Failures { get; } = new();

    public CloneMode Mode { get; private set; }

    /// <summary>The window of background hydration. Measures arrivals and the waits of clients.</summary>
    public SweepWindow Window { get; set; } = new(1, 1);

    /// <summary>Whether fetched data are no longer stored, because of the mode.</summary>
    public bool IsStoreless => Mode != CloneMode.ReadWrite;

    /// <summary>The deadline of a request that starts to wait now. It has passed if the source has been lost for longer than the timeout.</summary>
    public Deadline Deadline => new((_source.LostSince is var lost and > 0 ? lost : Environment.TickCount64) + _terms.IoTimeoutSeconds * 1000L);

    public void Degrade(CloneMode mode, string cause)
    {
        lock (Gate)
        {
            if (mode <= Mode)
            {
                return;
            }

            Mode = mode;
        }

        _events.Raise(CloneEvent.ModeChanged, $"{(mode == CloneMode.ReadOnly ? "read-only" : "failed")}: {cause}");
        _wake();
    }

    /// <summary>Requests the regions of a range that are neither hydrated nor in flight. A miss raises the priority of those in flight.</summary>
    public void Want(long offset, long length, FetchPriority priority)
    {
        var end = Geometry.RegionOf(offset + length - 1) + 1;
        for (var region = Geometry.RegionOf(offset); region < end;)
        {
            region = Map.NextMissing(region, end);
            long until;
            lock (Gate)
            {
                until = region < end && !IsStoreless ? StartRun(region, end, long.MaxValue, isBackground: priority == FetchPriority.Sweep) : region;
            }

            if (until > region)
            {
                Request(region, until, offset, length, priority);
            }
            else if (region < end && priority == FetchPriority.Miss)
            {
                RaiseIfFetching(region, offset, length);
            }

            region = Math.Max(until, region + 1);
        }
    }

    /// <summary>Starts fetches of adjacent regions; returns the region after the last one. The caller holds the gate.</summary>
    public long StartRun(long region, long end, long mostBytes, bool isBackground)
    {
        var first = region;
        while (region < end && !Map.Has(region) && Table.IsFree(region) && (region == first || Geometry.EndOf(region) - Geometry.OffsetOf(first) <= mostBytes))
        {
            Table.Start(region, Geometry.OffsetOf(region), Geometry.LengthOf(region), isBackground);
            region++;
        }

        return region;
    }

    /// <summary>Requests the data of a run from <see cref="StartRun"/>. In large regions, the pieces that a client waits for come first.</summary>
    public void Request(long region, long until, long offset, long length, FetchPriority priority)
    {
        var (start, end) = (Geometry.OffsetOf(region), Geometry.EndOf(until - 1));
        if (Geometry.Region <= Fetch.Piece || priority != FetchPriority.Miss)
        {
            _source.Request(start, end - start, priority);
            return;
        }

        var (from, to) = (Math.Max(start, offset / Fetch.Piece * Fetch.Piece), Math.Min(end, (offset + length + Fetch.Piece - 1) / Fetch.Piece * Fetch.Piece));
        _source.Request(from, to - from, priority);
        if (to < end)
        {
            _source.Request(to, end - to, FetchPriority.Hint);
        }

        if (start < from)
        {
            _source.Request(start, from - start, FetchPriority.Hint);
        }
    }

    /// <summary>Claims regions for a client that overwrites them. Cancels their fetches, but waits for those whose data are arriving.</summary>
    public Claim Claim(long first, long end)
    {
        var deadline = Deadline;
        Claim? claim = null;
        while (true)
        {
            Pending? other;
            lock (Gate)
            {
                other = claim is null ? Table.ClaimOf(first, end) : null;
                claim ??= other is null ? Table.StartClaim(first, end) : null;
                while (other is null && Table.FetchIn(first, end) is { } fetch)
                {
                    if (fetch.IsUntouched)
                    {
                        Table.Cancel(fetch);
                    }
                    else
                    {
                        other = fetch;
                    }
                }

                if (other is null)
                {
                    return claim!;
                }

                other.Users++;
            }

            var isDone = other.Await(deadline);
            lock (Gate)
            {
                Table.Leave(other);
                if (!isDone)
                {
                    if (claim is not null)
                    {
                        Table.End(claim);
                    }

                    throw Away();
                }
            }
        }
    }

    /// <summary>Ends a claim.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="isWritten">Whether the client has written all regions, which are then hydrated.</param>
    public void End(Claim claim, bool isWritten)
    {
        lock (Gate)
        {
            if (isWritten)
            {
                Map.Add(claim.First, claim.End);
            }

            Table.End(claim);
        }

        _wake();
    }

    private void RaiseIfFetching(long region, long offset, long length)
    {
        bool isFetching;
        lock (Gate)
        {
            isFetching = Table.FetchOf(region) is { IsUntouched: true };
        }

        if (isFetching)
        {
            var (start, end) = (Geometry.OffsetOf(region), Geometry.EndOf(region));
            var (from, to) = Geometry.Region <= Fetch.Piece ? (start, end) : (Math.Max(start, offset), Math.Min(end, offset + length));
            _source.Raise(from, to - from);
        }
    }

    /// <summary>The error of a request that timed out.</summary>
    public CloneException Away() => new(CloneFault.Source, $"{_source.Name}: no answer within {_terms.IoTimeoutSeconds} seconds");
}
