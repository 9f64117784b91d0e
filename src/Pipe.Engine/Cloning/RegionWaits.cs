using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>How clients wait for regions that are at the source: for one that is on its way already, or for one that they ask for.</summary>
internal sealed class RegionWaits(Hydration hydration, ICloneSource source)
{
    /// <summary>Waits until a part of a region is in the destination; false if it will not be, because nothing is stored any more.</summary>
    /// <param name="region">Which one.</param>
    /// <param name="offset">Where the part begins.</param>
    /// <param name="end">Where it ends; of a large region its pieces are waited for. The whole region if that is where it ends.</param>
    /// <param name="isWhole">Wait for all of the region.</param>
    /// <exception cref="IOException">The source is away or cannot deliver it.</exception>
    public bool TryAwait(long region, long offset, long end, bool isWhole)
    {
        var deadline = hydration.Deadline;
        while (!hydration.Map.Has(region))
        {
            Pending pending;
            var isNew = false;
            lock (hydration.Gate)
            {
                if (hydration.Map.Has(region))
                {
                    return true;
                }

                if (Find(region) is { } found)
                {
                    pending = found;
                }
                else if (hydration.IsStoreless)
                {
                    return false;
                }
                else if (hydration.Table.IsStale(region))
                {
                    AwaitStale(deadline);
                    continue;
                }
                else
                {
                    pending = hydration.Table.Start(region, hydration.Geometry.OffsetOf(region), hydration.Geometry.LengthOf(region), isBackground: false);
                    isNew = true;
                }

                pending.Users++;
            }

            if (isNew)
            {
                hydration.Request(region, region + 1, offset, end - offset, FetchPriority.Miss);
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
        var deadline = hydration.Deadline;
        while (!hydration.Map.Has(region))
        {
            Pending? pending;
            Fetch? own = null;
            lock (hydration.Gate)
            {
                pending = Find(region);
                if (pending is null && hydration.Table.IsStale(region))
                {
                    AwaitStale(deadline);
                    continue;
                }

                if (pending is null)
                {
                    pending = own = hydration.Table.Start(region, offset, length, isBackground: false);
                    own.ReadInto(slab, at);
                }

                pending.Users++;
            }

            if (own is not null)
            {
                source.Request(offset, length, FetchPriority.Miss);
            }

            if (HasRead(pending, own, deadline))
            {
                return;
            }
        }

        hydration.Disk.Read(slab.Payload.Slice(at, length), offset);
    }

    private Pending? Find(long region) => (Pending?)hydration.Table.FetchOf(region) ?? hydration.Table.ClaimOf(region, region + 1);

    /// <summary>True and false as <see cref="TryAwait"/>; null if it has to look again.</summary>
    private bool? AwaitOnce(Pending pending, long offset, long end, bool isWhole, long deadline)
    {
        var since = Environment.TickCount64;
        var isThere = !isWhole && pending is Fetch ? AwaitPieces((Fetch)pending, offset, end, deadline) : pending.Await(deadline);
        lock (hydration.Gate)
        {
            var fetch = pending as Fetch;
            var (result, cause, isFull) = (fetch?.Result, fetch?.Cause, fetch?.StoreFailure is not null);
            hydration.Table.Leave(pending);
            if (!isThere)
            {
                throw hydration.Away();
            }

            if (result is FetchResult.Failed)
            {
                throw new CloneException(CloneFault.Source, cause!);
            }

            if (fetch is not null)
            {
                hydration.Window.Missed(Environment.TickCount64 - since, Environment.TickCount64);
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
        lock (hydration.Gate)
        {
            var (result, cause, isHanded) = (own?.Result, own?.Cause, own is { Missing: 0 });
            while (!isDone && own is { Writers: > 0 })
            {
                // It is being written into the client's memory just now.
                Monitor.Wait(hydration.Gate, 1);
            }

            if (!isDone && own is { Result: FetchResult.Pending })
            {
                hydration.Table.Cancel(own);
            }

            hydration.Table.Leave(pending);
            return !isDone ? throw hydration.Away()
                : result is FetchResult.Failed ? throw new CloneException(CloneFault.Source, cause!)
                : isHanded;
        }
    }

    /// <summary>Waits a moment for the bytes of a fetch that was cancelled; under the gate, which is open meanwhile.</summary>
    private void AwaitStale(long deadline)
    {
        const int moment = 10;
        if (Environment.TickCount64 >= deadline)
        {
            throw hydration.Away();
        }

        Monitor.Wait(hydration.Gate, moment);
    }
}
