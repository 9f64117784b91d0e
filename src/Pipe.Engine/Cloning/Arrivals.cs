namespace Pipe.Engine;

/// <summary>Receives data from the source: stores it in the destination, or hands it to a single reader, and wakes the waiting threads.</summary>
/// <param name="hydration">The hydration that requested the data.</param>
/// <param name="terms">Holds the number of failures that stops background hydration.</param>
/// <param name="events">The events of the clone.</param>
/// <param name="wake">Called when background hydration may have work.</param>
internal sealed class Arrivals(Hydration hydration, CloneTerms terms, CloneEvents events, Action wake) : IFetchTarget
{
    public void Arrived(long offset, ReadOnlySpan<byte> bytes) => Arrived(offset, bytes, bytes.Length);

    public void ArrivedZeros(long offset, long length) => Arrived(offset, [], length);

    public void FetchFailed(long offset, long length, string cause)
    {
        var isBackground = false;
        for (var end = offset + length; offset < end;)
        {
            var region = hydration.Geometry.RegionOf(offset);
            var part = Math.Min(end, hydration.Geometry.EndOf(region)) - offset;
            lock (hydration.Gate)
            {
                if (hydration.Table.FetchOf(region) is { } fetch)
                {
                    isBackground |= fetch.IsBackground;
                    fetch.Cause = cause;
                    Finish(fetch, fetch.Take(offset - fetch.Offset, part));
                }
                else
                {
                    hydration.Table.Drop(region, part);
                }
            }

            offset += part;
        }

        if (isBackground)
        {
            CountFailure(cause, StopCause.Source, weight: 1);
        }
    }

    public void SourceLost(string cause) => events.Raise(CloneEvent.SourceLost, cause);

    public void SourceBack()
    {
        hydration.Failures.Forget();
        if (terms.StoppedBy == StopCause.Source)
        {
            (terms.IsHydrationEnabled, terms.StoppedBy) = (true, StopCause.None);
        }

        events.Raise(CloneEvent.SourceBack, "");
        wake();
    }

    public void SourceChanged(string cause) => hydration.Degrade(CloneMode.Failed, cause);

    /// <summary>Handles data. Empty <paramref name="bytes"/> stand for zeros.</summary>
    private void Arrived(long offset, ReadOnlySpan<byte> bytes, long length)
    {
        for (var done = 0L; done < length;)
        {
            var run = Begin(offset + done, length - done, out var reader, out var isWanted);
            if (isWanted)
            {
                var part = bytes.IsEmpty ? bytes : bytes.Slice((int)done, (int)run);
                End(offset + done, run, Place(reader, offset + done, part, run));
            }

            done += run;
        }

        wake();
    }

    /// <summary>Registers this thread with the fetches that the data belong to. Returns the length of data that can be stored by one call.</summary>
    /// <param name="offset">Offset of the data.</param>
    /// <param name="length">Length of the data.</param>
    /// <param name="reader">The fetch whose reader takes the data instead of the destination.</param>
    /// <param name="isWanted">Whether the data belong to a fetch.</param>
    private long Begin(long offset, long length, out Fetch? reader, out bool isWanted)
    {
        var end = offset + length;
        (reader, isWanted) = (null, false);
        lock (hydration.Gate)
        {
            var at = offset;
            while (at < end)
            {
                var part = PartIn(at, end);
                var fetch = FetchOf(at, part);
                if (at > offset && fetch is not { Reader: null })
                {
                    break;
                }

                at += part;
                if (fetch is null)
                {
                    hydration.Table.Drop(hydration.Geometry.RegionOf(at - part), part);
                    break;
                }

                fetch.Writers++;
                isWanted = true;
                if (fetch.Reader is not null)
                {
                    reader = fetch;
                    break;
                }
            }

            return at - offset;
        }
    }

    /// <summary>Records data that have been stored, or could not be.</summary>
    private void End(long offset, long length, IOException? failure)
    {
        var now = Environment.TickCount64;
        lock (hydration.Gate)
        {
            for (var (at, end) = (offset, offset + length); at < end;)
            {
                var part = PartIn(at, end);
                var fetch = hydration.Table.FetchOf(hydration.Geometry.RegionOf(at))!;
                fetch.Writers--;
                fetch.StoreFailure ??= failure;
                if (fetch.IsBackground)
                {
                    hydration.Window.Arrived(part, now - fetch.Since, now);
                }

                var isLast = fetch.Take(at - fetch.Offset, part);
                fetch.Progress();
                Finish(fetch, isLast);
                at += part;
            }
        }

        if (failure is not null)
        {
            CountFailure(failure.Message, StopCause.Destination, weight: int.MaxValue);
        }
        else
        {
            hydration.Failures.Forget();
        }
    }

    private long PartIn(long at, long end) => Math.Min(end, hydration.Geometry.EndOf(hydration.Geometry.RegionOf(at))) - at;

    private Fetch? FetchOf(long offset, long length)
    {
        var fetch = hydration.Table.FetchOf(hydration.Geometry.RegionOf(offset));
        return fetch is not null && offset >= fetch.Offset && offset + length <= fetch.Offset + fetch.Length ? fetch : null;
    }

    private IOException? Place(Fetch? reader, long offset, ReadOnlySpan<byte> bytes, long length)
    {
        try
        {
            if (reader is not null)
            {
                reader.Hand(offset, bytes, length);
            }
            else if (bytes.IsEmpty)
            {
                hydration.Disk.Zero(offset, length, keepsSpace: false);
            }
            else
            {
                hydration.Disk.Write(bytes, offset);
            }

            return null;
        }
        catch (IOException e)
        {
            return e;
        }
    }

    /// <summary>Ends a fetch after its last byte. The caller holds the gate.</summary>
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
            hydration.Map.Add(fetch.Region, fetch.Region + 1);
        }

        hydration.Table.End(fetch, result);
    }

    private void CountFailure(string cause, StopCause side, int weight)
    {
        if (hydration.Failures.Add(weight, terms.MaxFailures, Environment.TickCount64))
        {
            (terms.IsHydrationEnabled, terms.StoppedBy) = (false, side);
            events.Raise(CloneEvent.HydrationStopped, $"{(side == StopCause.Source ? $"{terms.MaxFailures} failures: " : "")}{cause}");
        }
    }
}
