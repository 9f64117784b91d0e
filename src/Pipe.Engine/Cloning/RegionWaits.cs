using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>Lets clients wait for unhydrated regions; requests those that are not in flight.</summary>
internal sealed class RegionWaits(Hydration hydration, ICloneSource source)
{
    /// <summary>Waits until a part of a region is in the destination; false if data are no longer stored.</summary>
    /// <param name="region">The region.</param>
    /// <param name="offset">Start of the part.</param>
    /// <param name="end">End of the part. In a large region only its pieces are awaited.</param>
    /// <param name="isWhole">Whether to wait for the whole region.</param>
    /// <exception cref="IOException">The source does not answer in time, or cannot deliver the region.</exception>
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

    /// <summary>Reads a part of one region for a client without storing it.</summary>
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

    /// <summary>Waits once. Returns the result of <see cref="TryAwait"/>; null to retry.</summary>
    private bool? AwaitOnce(Pending pending, long offset, long end, bool isWhole, Deadline deadline)
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

    private static bool AwaitPieces(Fetch fetch, long offset, long end, Deadline deadline)
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

    /// <summary>Waits for a fetch or claim; true if the client's buffer is filled, false to retry.</summary>
    private bool HasRead(Pending pending, Fetch? own, Deadline deadline)
    {
        var isDone = pending.Await(deadline);
        lock (hydration.Gate)
        {
            var (result, cause, isHanded) = (own?.Result, own?.Cause, own is { Missing: 0 });
            while (!isDone && own is { Writers: > 0 })
            {
                // A thread is still writing to the client's buffer.
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

    /// <summary>Waits briefly for the bytes of a cancelled fetch. The caller holds the gate, which is released meanwhile.</summary>
    private void AwaitStale(Deadline deadline)
    {
        const int moment = 10;
        if (deadline.IsPast)
        {
            throw hydration.Away();
        }

        Monitor.Wait(hydration.Gate, moment);
    }
}
