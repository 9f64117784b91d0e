namespace Pipe.Engine;

/// <summary>Receives data from the source: stores it in the destination, or hands it to a single reader, and wakes the waiting threads.</summary>
/// <param name="hydration">The hydration that requested the data.</param>
/// <param name="terms">Holds the number of failures that stops background hydration.</param>
/// <param name="events">The events of the clone.</param>
/// <param name="wake">Called when background hydration may have work.</param>
internal sealed class Arrivals(Hydration hydration, CloneTerms terms, CloneEvents events, Action wake) : IFetchTarget
{
    public void Arrived(long offset, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var length = (int)Math.Min(bytes.Length, hydration.Geometry.EndOf(hydration.Geometry.RegionOf(offset)) - offset);
            Arrived(offset, bytes[..length], length);
            offset += length;
            bytes = bytes[length..];
        }
    }

    public void ArrivedZeros(long offset, long length)
    {
        for (var end = offset + length; offset < end;)
        {
            var part = Math.Min(end, hydration.Geometry.EndOf(hydration.Geometry.RegionOf(offset))) - offset;
            Arrived(offset, [], part);
            offset += part;
        }
    }

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
            CountFailure(cause);
        }
    }

    public void SourceLost(string cause) => events.Raise(CloneEvent.SourceLost, cause);

    public void SourceBack()
    {
        hydration.Failures.Forget();
        events.Raise(CloneEvent.SourceBack, "");
        wake();
    }

    public void SourceChanged(string cause) => hydration.Degrade(CloneMode.Failed, cause);

    /// <summary>Handles data within one region. Empty <paramref name="bytes"/> stand for zeros.</summary>
    private void Arrived(long offset, ReadOnlySpan<byte> bytes, long length)
    {
        var region = hydration.Geometry.RegionOf(offset);
        Fetch? fetch;
        lock (hydration.Gate)
        {
            fetch = hydration.Table.FetchOf(region);
            if (fetch is null || offset < fetch.Offset || offset + length > fetch.Offset + fetch.Length)
            {
                hydration.Table.Drop(region, length);
                return;
            }

            fetch.Writers++;
        }

        var failure = Place(fetch, offset, bytes, length);
        lock (hydration.Gate)
        {
            fetch.Writers--;
            fetch.StoreFailure ??= failure;
            var isLast = fetch.Take(offset - fetch.Offset, length);
            if (fetch.IsBackground)
            {
                hydration.Window.Arrived(length, Environment.TickCount64 - fetch.Since, Environment.TickCount64);
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
            hydration.Failures.Forget();
        }

        wake();
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

    private void CountFailure(string cause, bool isFinal = false)
    {
        if (hydration.Failures.Add(isFinal ? int.MaxValue : 1, terms.MaxFailures, Environment.TickCount64))
        {
            (terms.IsHydrationEnabled, terms.IsStopped) = (false, true);
            events.Raise(CloneEvent.HydrationStopped, $"{(isFinal ? "" : $"{terms.MaxFailures} failures: ")}{cause}");
        }
    }
}
