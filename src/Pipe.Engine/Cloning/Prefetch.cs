using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Hydrates ranges on demand of the user, and waits for them. Fails if nothing arrives within the timeout of requests.</summary>
internal sealed class Prefetch(Hydration hydration, int timeoutSeconds)
{
    private const int LookMilliseconds = 50;
    private const int AskAgainMilliseconds = 1000;

    /// <summary>Maximum bytes that are awaited at a time.</summary>
    private const long Piece = 16 << 20;

    /// <summary>Returns once all ranges are hydrated, or the caller has disconnected.</summary>
    /// <param name="ranges">The ranges; they may reach beyond the end of the clone.</param>
    /// <param name="isGone">Returns whether the caller has disconnected.</param>
    /// <exception cref="CloneException">The source does not deliver the ranges, or the destination cannot store them.</exception>
    public void Run(IEnumerable<(long Offset, long Length)> ranges, Func<bool> isGone)
    {
        var piece = new List<(long First, long End)>();
        var bytes = 0L;
        foreach (var (offset, length) in ranges.SelectMany(Split))
        {
            piece.Add((hydration.Geometry.RegionOf(offset), hydration.Geometry.RegionOf(offset + length - 1) + 1));
            bytes += length;
            if (bytes >= Piece)
            {
                Fetch(piece, isGone);
                piece.Clear();
                bytes = 0;
            }
        }

        Fetch(piece, isGone);
    }

    private IEnumerable<(long Offset, long Length)> Split((long Offset, long Length) range)
    {
        var size = hydration.Geometry.Size;
        var end = range.Length == Archiving.ToTheEnd || range.Length > size - range.Offset ? size : range.Offset + range.Length;
        for (var offset = range.Offset; offset < end; offset += Piece)
        {
            yield return (offset, Math.Min(Piece, end - offset));
        }
    }

    private void Fetch(List<(long First, long End)> piece, Func<bool> isGone)
    {
        var (least, deadline, again) = (long.MaxValue, Deadline.Never, default(Deadline));
        while (Missing(piece) is var missing and > 0 && !isGone())
        {
            CheckMode();
            if (missing < least)
            {
                (least, deadline) = (missing, Deadline.After(timeoutSeconds * 1000L));
            }

            if (deadline.IsPast)
            {
                throw new CloneException(CloneFault.Source, $"{missing} regions have not arrived within {timeoutSeconds} seconds");
            }

            // A fetch may have failed, or may have ended without being stored.
            if (again.IsPast)
            {
                Ask(piece);
                again = Deadline.After(AskAgainMilliseconds);
            }

            Thread.Sleep(LookMilliseconds);
        }
    }

    private void Ask(List<(long First, long End)> piece)
    {
        foreach (var (first, end) in piece)
        {
            var offset = hydration.Geometry.OffsetOf(first);
            hydration.Want(offset, hydration.Geometry.EndOf(end - 1) - offset, FetchPriority.Hint);
        }
    }

    private long Missing(List<(long First, long End)> piece)
    {
        var count = 0L;
        foreach (var (first, end) in piece)
        {
            for (var region = hydration.Map.NextMissing(first, end); region < end;)
            {
                var until = hydration.Map.NextHydrated(region, end);
                count += until - region;
                region = hydration.Map.NextMissing(until, end);
            }
        }

        return count;
    }

    private void CheckMode()
    {
        if (hydration.Mode != CloneMode.ReadWrite)
        {
            throw new CloneException(CloneFault.Mode, "the clone is read-only or has failed");
        }
    }
}
