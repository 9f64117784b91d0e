using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>
/// Brings regions from the source into the destination, each once whoever asks for it and however many wait. The bytes of a region that
/// is not hydrated change under its entry in the table only, so that what comes late from the source never replaces what a client wrote.
/// </summary>
internal sealed class Hydration : IFetchTarget
{
    private readonly ICloneSource _source;
    private readonly CloneEvents _events;
    private readonly CloneTerms _terms;
    private readonly Action _wake;

    /// <param name="geometry">Of the clone.</param>
    /// <param name="map">What is hydrated.</param>
    /// <param name="disk">The destination.</param>
    /// <param name="source">Gets this as its target.</param>
    /// <param name="terms">How it is run.</param>
    /// <param name="events">What happens.</param>
    /// <param name="wake">Called when the background may have something to do. Does not wait.</param>
    public Hydration(CloneGeometry geometry, HydrationMap map, IDisk disk, ICloneSource source, CloneTerms terms, CloneEvents events, Action wake)
    {
        (Geometry, Map, Disk, _source, _terms, _events, _wake) = (geometry, map, disk, source, terms, events, wake);
        source.Target = this;
    }

    public object Gate { get; } = new();

    public CloneGeometry Geometry { get; }

    public HydrationMap Map { get; }

    public IDisk Disk { get; }

    /// <summary>Under the gate.</summary>
    public RegionTable Table { get; } = new();

    public FailureLog Failures { get; } = new();

    public CloneMode Mode { get; private set; }

    /// <summary>Is told how long clients wait for the source, and of bytes of the background.</summary>
    public SweepWindow Window { get; set; } = new(1, 1);

    /// <summary>Bytes are not kept in the destination: it is full, or nothing may change.</summary>
    private bool IsStoreless => Mode != CloneMode.ReadWrite;

    /// <summary>When a request that waits now is answered at the latest; at once while the source has been away for longer than that.</summary>
    private long Deadline
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

    /// <summary>Waits until a part of a region is in the destination; false if it will not be, because nothing is stored any more.</summary>
    /// <param name="region">Which one.</param>
    /// <param name="offset">Where the part begins.</param>
    /// <param name="end">Where it ends; of a large region its pieces are waited for. The whole region if that is where it ends.</param>
    /// <param name="isWhole">Wait for all of the region.</param>
    /// <exception cref="IOException">The source is away or cannot deliver it.</exception>
    public bool TryAwait(long region, long offset, long end, bool isWhole)
    {
        var deadline = Deadline;
        while (!Map.Has(region))
        {
            Pending pending;
            var isNew = false;
            lock (Gate)
            {
                if (Map.Has(region))
                {
                    return true;
                }

                if (Find(region) is { } found)
                {
                    pending = found;
                }
                else if (IsStoreless)
                {
                    return false;
                }
                else if (Table.IsStale(region))
                {
                    AwaitStale(deadline);
                    continue;
                }
                else
                {
                    pending = Table.Start(region, Geometry.OffsetOf(region), Geometry.LengthOf(region), isBackground: false);
                    isNew = true;
                }

                pending.Users++;
            }

            if (isNew)
            {
                Request(region, region + 1, offset, end - offset, FetchPriority.Miss);
            }

            if (AwaitOnce(pending, offset, end, isWhole, deadline) is { } isStored)
            {
                return isStored;
            }
        }

        return true;
    }

    /// <summary>Reads a part of one region for a client without keeping it.</summary>
    public void ReadThrough(long region, Slab slab, int at, long offset, int length)
    {
        var deadline = Deadline;
        while (!Map.Has(region))
        {
            Pending? pending;
            Fetch? own = null;
            lock (Gate)
            {
                pending = Find(region);
                if (pending is null && Table.IsStale(region))
                {
                    AwaitStale(deadline);
                    continue;
                }

                if (pending is null)
                {
                    pending = own = Table.Start(region, offset, length, isBackground: false);
                    own.ReadInto(slab, at);
                }

                pending.Users++;
            }

            if (own is not null)
            {
                _source.Request(offset, length, FetchPriority.Miss);
            }

            if (HasRead(pending, own, deadline))
            {
                return;
            }
        }

        Disk.Read(slab.Payload.Slice(at, length), offset);
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

    public void Arrived(long offset, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var length = (int)Math.Min(bytes.Length, Geometry.EndOf(Geometry.RegionOf(offset)) - offset);
            Arrived(offset, bytes[..length], length);
            offset += length;
            bytes = bytes[length..];
        }
    }

    public void ArrivedZeros(long offset, long length)
    {
        for (var end = offset + length; offset < end;)
        {
            var part = Math.Min(end, Geometry.EndOf(Geometry.RegionOf(offset))) - offset;
            Arrived(offset, [], part);
            offset += part;
        }
    }

    public void FetchFailed(long offset, long length, string cause)
    {
        var isBackground = false;
        for (var end = offset + length; offset < end;)
        {
            var region = Geometry.RegionOf(offset);
            var part = Math.Min(end, Geometry.EndOf(region)) - offset;
            lock (Gate)
            {
                if (Table.FetchOf(region) is { } fetch)
                {
                    isBackground |= fetch.IsBackground;
                    fetch.Cause = cause;
                    Finish(fetch, fetch.Take(offset - fetch.Offset, part));
                }
                else
                {
                    Table.Drop(region, part);
                }
            }

            offset += part;
        }

        if (isBackground)
        {
            CountFailure(cause);
        }
    }

    public void SourceLost(string cause) => _events.Raise(CloneEvent.SourceLost, cause);

    public void SourceBack()
    {
        Failures.Forget();
        _events.Raise(CloneEvent.SourceBack, "");
        _wake();
    }

    public void SourceChanged(string cause) => Degrade(CloneMode.Failed, cause);

    private Pending? Find(long region) => (Pending?)Table.FetchOf(region) ?? Table.ClaimOf(region, region + 1);

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

    /// <summary>True and false as <see cref="TryAwait"/>; null if it has to look again.</summary>
    private bool? AwaitOnce(Pending pending, long offset, long end, bool isWhole, long deadline)
    {
        var since = Environment.TickCount64;
        var isThere = !isWhole && pending is Fetch ? AwaitPieces((Fetch)pending, offset, end, deadline) : pending.Await(deadline);
        lock (Gate)
        {
            var fetch = pending as Fetch;
            var (result, cause, isFull) = (fetch?.Result, fetch?.Cause, fetch?.StoreFailure is not null);
            Table.Leave(pending);
            if (!isThere)
            {
                throw Away();
            }

            if (result is FetchResult.Failed)
            {
                throw new CloneException(CloneFault.Source, cause!);
            }

            if (fetch is not null)
            {
                Window.Missed(Environment.TickCount64 - since, Environment.TickCount64);
            }

            return result is FetchResult.Stored or FetchResult.Pending ? true : isFull ? false : null;
        }
    }

    private static bool AwaitPieces(Fetch fetch, long offset, long end, long deadline)
    {
        for (var at = Math.Max(offset, fetch.Offset); at < Math.Min(end, fetch.Offset + fetch.Length); at = (at / Fetch.Piece + 1) * Fetch.Piece)
        {
            if (!fetch.Await(deadline, (int)((at - fetch.Offset) / Fetch.Piece)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the client has its bytes; if not it has to look again.</summary>
    private bool HasRead(Pending pending, Fetch? own, long deadline)
    {
        var isDone = pending.Await(deadline);
        lock (Gate)
        {
            var (result, cause, isHanded) = (own?.Result, own?.Cause, own is { Missing: 0 });
            while (!isDone && own is { Writers: > 0 })
            {
                // It is being written into the client's memory just now.
                Monitor.Wait(Gate, 1);
            }

            if (!isDone && own is { Result: FetchResult.Pending })
            {
                Table.Cancel(own);
            }

            Table.Leave(pending);
            return !isDone ? throw Away()
                : result is FetchResult.Failed ? throw new CloneException(CloneFault.Source, cause!)
                : isHanded;
        }
    }

    /// <summary>Part of one region; zeros if there are no bytes.</summary>
    private void Arrived(long offset, ReadOnlySpan<byte> bytes, long length)
    {
        var region = Geometry.RegionOf(offset);
        Fetch? fetch;
        lock (Gate)
        {
            fetch = Table.FetchOf(region);
            if (fetch is null || offset < fetch.Offset || offset + length > fetch.Offset + fetch.Length)
            {
                Table.Drop(region, length);
                return;
            }

            fetch.Writers++;
        }

        var failure = Place(fetch, offset, bytes, length);
        lock (Gate)
        {
            fetch.Writers--;
            fetch.StoreFailure ??= failure;
            var isLast = fetch.Take(offset - fetch.Offset, length);
            if (fetch.IsBackground)
            {
                Window.Arrived(length, Environment.TickCount64 - fetch.Since, Environment.TickCount64);
            }

            fetch.Progress();
            Finish(fetch, isLast);
        }

        if (failure is not null)
        {
            CountFailure(failure.Message, isFinal: true);
        }
        else
        {
            Failures.Forget();
        }

        _wake();
    }

    private IOException? Place(Fetch fetch, long offset, ReadOnlySpan<byte> bytes, long length)
    {
        try
        {
            if (fetch.Reader is not null)
            {
                fetch.Hand(offset, bytes, length);
            }
            else if (bytes.IsEmpty)
            {
                Disk.Zero(offset, length, keepsSpace: false);
            }
            else
            {
                Disk.Write(bytes, offset);
            }

            return null;
        }
        catch (IOException e)
        {
            return e;
        }
    }

    /// <summary>Ends a fetch when all of it has been dealt with; under the gate.</summary>
    private void Finish(Fetch fetch, bool isLast)
    {
        if (!isLast || fetch.Writers > 0 || fetch.Result != FetchResult.Pending)
        {
            return;
        }

        var result = fetch.Cause.Length > 0 ? FetchResult.Failed
            : fetch.Reader is null && fetch.StoreFailure is null ? FetchResult.Stored
            : FetchResult.NotStored;
        if (result == FetchResult.Stored)
        {
            Map.Add(fetch.Region, fetch.Region + 1);
        }

        Table.End(fetch, result);
    }

    private void CountFailure(string cause, bool isFinal = false)
    {
        if (Failures.Add(isFinal ? int.MaxValue : 1, _terms.MaxFailures, Environment.TickCount64))
        {
            (_terms.IsHydrationEnabled, _terms.IsStopped) = (false, true);
            _events.Raise(CloneEvent.HydrationStopped, $"{(isFinal ? "" : $"{_terms.MaxFailures} failures: ")}{cause}");
        }
    }

    /// <summary>Waits a moment for the bytes of a fetch that was cancelled; under the gate, which is open meanwhile.</summary>
    private void AwaitStale(long deadline)
    {
        const int moment = 10;
        if (Environment.TickCount64 >= deadline)
        {
            throw Away();
        }

        Monitor.Wait(Gate, moment);
    }

    private CloneException Away() => new(CloneFault.Source, $"{_source.Name}: no answer within {_terms.IoTimeoutSeconds} seconds");
}
