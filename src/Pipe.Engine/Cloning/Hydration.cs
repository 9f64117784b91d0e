namespace Pipe.Engine;

/// <summary>
/// Brings regions from the source into the destination, each once whoever asks for it and however many wait. The bytes of a region that
/// is not hydrated change under its entry in the table only, so that what comes late from the source never replaces what a client wrote.
/// </summary>
internal sealed class Hydration
{
    private readonly ICloneSource _source;
    private readonly CloneEvents _events;
    private readonly CloneTerms _terms;
    private readonly Action _wake;

    /// <param name="geometry">Of the clone.</param>
    /// <param name="map">What is hydrated.</param>
    /// <param name="disk">The destination.</param>
    /// <param name="source">Gets a target.</param>
    /// <param name="terms">How it is run.</param>
    /// <param name="events">What happens.</param>
    /// <param name="wake">Called when the background may have something to do. Does not wait.</param>
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

    /// <summary>Under the gate.</summary>
    public RegionTable Table { get; } = new();

    /// <summary>How clients wait for regions.</summary>
    public RegionWaits Waits { get; }

    public FailureLog Failures { get; } = new();

    public CloneMode Mode { get; private set; }

    /// <summary>Is told how long clients wait for the source, and of bytes of the background.</summary>
    public SweepWindow Window { get; set; } = new(1, 1);

    /// <summary>Bytes are not kept in the destination: it is full, or nothing may change.</summary>
    public bool IsStoreless => Mode != CloneMode.ReadWrite;

    /// <summary>When a request that waits now is answered at the latest; at once while the source has been away for longer than that.</summary>
    public long Deadline
    {
        get
        {
            var now = Environment.TickCount64;
            var patience = _terms.IoTimeoutSeconds * 1000L;
            return _source.LostSince is var lost and > 0 ? Math.Max(now, lost + patience) : now + patience;
        }
    }

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

    /// <summary>Asks for what is missing of a range and is not on its way.</summary>
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

    /// <summary>Begins fetches of adjacent regions and says where they end; under the gate.</summary>
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

    /// <summary>Of a run that has begun: of a large region the part that a client waits for comes first.</summary>
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

    /// <summary>Takes regions for a client that overwrites them. What is on its way for them is not waited for, unless it is arriving.</summary>
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

    /// <param name="claim">Ends here.</param>
    /// <param name="isWritten">The regions have what the client wants.</param>
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

    /// <summary>What a request is told that has waited for too long.</summary>
    public CloneException Away() => new(CloneFault.Source, $"{_source.Name}: no answer within {_terms.IoTimeoutSeconds} seconds");
}
