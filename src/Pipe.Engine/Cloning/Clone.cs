using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>
/// The operations of clients on a clone. Thread-safe. Calls block for no longer than the terms allow. Written data are durable after the next
/// <see cref="Flush"/>. Throws <see cref="IOException"/>; the <see cref="CloneException"/>s among them carry the reason.
/// </summary>
internal sealed class Clone
{
    private readonly Hydration _hydration;
    private readonly Committer _committer;
    private readonly CloneTerms _terms;
    private readonly ReadAhead _ahead = new();
    private long _servedRemote;

    public Clone(Hydration hydration, Committer committer, CloneTerms terms) => (_hydration, _committer, _terms) = (hydration, committer, terms);

    public long Size => _hydration.Geometry.Size;

    public CloneGeometry Geometry => _hydration.Geometry;

    /// <summary>Number of requests that had to wait for the source.</summary>
    public long ServedRemote => Interlocked.Read(ref _servedRemote);

    private HydrationMap Map => _hydration.Map;

    private IDisk Disk => _hydration.Disk;

    /// <summary>Reads if neither the source nor a device would block the call.</summary>
    public bool TryReadNow(Span<byte> bytes, long offset) =>
        _hydration.Mode != CloneMode.Failed && IsHydrated(offset, bytes.Length) && Disk.TryReadNow(bytes, offset);

    /// <summary>Whether all regions of a range are hydrated.</summary>
    public bool IsHydrated(long offset, long length) => Map.HasAll(Geometry.RegionOf(offset), Geometry.RegionOf(offset + length - 1) + 1);

    public void Read(Slab slab, int at, int length, long offset)
    {
        CheckAlive();
        if (IsHydrated(offset, length) || TryHydrate(offset, length))
        {
            Disk.Read(slab.Payload.Slice(at, length), offset);
            return;
        }

        for (var done = 0; done < length;)
        {
            var region = Geometry.RegionOf(offset + done);
            var part = (int)(Math.Min(offset + length, Geometry.EndOf(region)) - offset - done);
            _hydration.Waits.ReadThrough(region, slab, at + done, offset + done, part);
            done += part;
        }
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        CheckAlive();
        if (bytes.IsEmpty)
        {
            return;
        }

        var end = offset + bytes.Length;
        if (IsHydrated(offset, bytes.Length))
        {
            Disk.Write(bytes, offset);
            return;
        }

        CheckWritable();
        var (first, last) = Inside(offset, end);
        var (from, to) = first < last ? (Geometry.OffsetOf(first), Geometry.EndOf(last - 1)) : (end, end);
        WantEdges(offset, from, to, end);
        if (first < last)
        {
            Overwrite(first, last, bytes[(int)(from - offset)..(int)(to - offset)]);
        }

        WriteEdge(bytes[..(int)(from - offset)], offset);
        WriteEdge(bytes[(int)(to - offset)..], to);
    }

    /// <summary>Claims the regions that a range covers completely, for a write in pieces; null if there are none, or all are hydrated.</summary>
    public Claim? BeginOverwrite(long offset, long length)
    {
        CheckAlive();
        var (first, last) = Inside(offset, offset + length);
        if (first >= last || Map.HasAll(first, last))
        {
            return null;
        }

        CheckWritable();
        return _hydration.Claim(first, last);
    }

    /// <summary>Writes a piece of a write begun with <see cref="BeginOverwrite"/>.</summary>
    public void Write(Claim claim, ReadOnlySpan<byte> bytes, long offset)
    {
        var end = offset + bytes.Length;
        var from = Math.Clamp(Geometry.OffsetOf(claim.First), offset, end);
        var to = Math.Clamp(Geometry.EndOf(claim.End - 1), from, end);
        Write(bytes[..(int)(from - offset)], offset);
        Disk.Write(bytes[(int)(from - offset)..(int)(to - offset)], from);
        Write(bytes[(int)(to - offset)..], to);
    }

    /// <summary>Ends a write begun with <see cref="BeginOverwrite"/>.</summary>
    /// <param name="claim">The claim of the write.</param>
    /// <param name="isWritten">Whether all of it has been written.</param>
    public void EndOverwrite(Claim claim, bool isWritten) => _hydration.End(claim, isWritten);

    /// <summary>Discards a range, whose content is then undefined. Regions completely inside the range become hydrated.</summary>
    public void Discard(long offset, long length)
    {
        CheckAlive();
        var (first, last) = Inside(offset, offset + length);
        if (first >= last || _hydration.Mode != CloneMode.ReadWrite)
        {
            return;
        }

        var claim = _hydration.Claim(first, last);
        var isDone = false;
        try
        {
            if (_terms.PassesDiscards)
            {
                Disk.Discard(Geometry.OffsetOf(first), Geometry.EndOf(last - 1) - Geometry.OffsetOf(first));
            }

            isDone = true;
        }
        finally
        {
            _hydration.End(claim, isDone);
        }
    }

    /// <summary>Fills a range with zeros.</summary>
    /// <param name="offset">Start of the range.</param>
    /// <param name="length">Number of bytes.</param>
    /// <param name="keepsSpace">Whether the blocks stay allocated.</param>
    /// <param name="isFast">Whether to fail instead of waiting for the source.</param>
    public void Zero(long offset, long length, bool keepsSpace, bool isFast)
    {
        CheckAlive();
        var end = offset + length;
        if (IsHydrated(offset, length))
        {
            Disk.Zero(offset, length, keepsSpace);
            return;
        }

        CheckWritable();
        var (first, last) = Inside(offset, end);
        var (from, to) = first < last ? (Geometry.OffsetOf(first), Geometry.EndOf(last - 1)) : (end, end);
        if (isFast && ((from > offset && !IsHydrated(offset, from - offset)) || (end > to && !IsHydrated(to, end - to))))
        {
            throw new CloneException(CloneFault.Slow, "the edges are still at the source");
        }

        WantEdges(offset, from, to, end);
        if (first < last)
        {
            ZeroRegions(first, last, keepsSpace);
        }

        ZeroEdge(offset, from, keepsSpace);
        ZeroEdge(to, end, keepsSpace);
    }

    /// <summary>Starts to prefetch a range; does not wait.</summary>
    public void Promote(long offset, long length)
    {
        CheckAlive();
        _hydration.Want(offset, length, FetchPriority.Hint);
    }

    /// <summary>Returns when all requests completed before the call are durable.</summary>
    public void Flush()
    {
        CheckAlive();
        _committer.Run();
    }

    /// <summary>Returns whether an offset is hydrated, whether it lies in a hole of the destination, and where this state ends.</summary>
    public (bool IsHydrated, bool IsHole) Describe(long offset, long end, out long until)
    {
        var (first, last) = (Geometry.RegionOf(offset), Geometry.RegionOf(end - 1) + 1);
        if (!Map.Has(first))
        {
            until = Math.Min(end, Geometry.OffsetOf(Map.NextHydrated(first, last)));
            return (false, false);
        }

        until = Math.Min(end, Geometry.OffsetOf(Map.NextMissing(first, last)));
        return (true, Disk.IsHole(offset, until, out until));
    }

    /// <summary>Returns whether an offset is hydrated, and where this state ends.</summary>
    public bool IsHydratedUntil(long offset, long end, out long until)
    {
        var (first, last) = (Geometry.RegionOf(offset), Geometry.RegionOf(end - 1) + 1);
        var isHere = Map.Has(first);
        until = Math.Min(end, Geometry.OffsetOf(isHere ? Map.NextMissing(first, last) : Map.NextHydrated(first, last)));
        return isHere;
    }

    private void CheckAlive()
    {
        if (_hydration.Mode == CloneMode.Failed)
        {
            throw new CloneException(CloneFault.Mode, "the clone has failed");
        }
    }

    private void CheckWritable()
    {
        if (_hydration.Mode != CloneMode.ReadWrite)
        {
            throw new CloneException(CloneFault.Mode, "the clone is read-only");
        }
    }

    private (long First, long End) Inside(long offset, long end) => (Geometry.FirstInside(offset), Geometry.EndInside(end));

    private bool TryHydrate(long offset, long length)
    {
        Interlocked.Increment(ref _servedRemote);
        _hydration.Want(offset, length, FetchPriority.Miss);
        var (from, more) = _ahead.Missed(offset, offset + length, Size);
        if (more > 0)
        {
            _hydration.Want(from, more, FetchPriority.Hint);
        }

        var end = offset + length;
        for (var region = Geometry.RegionOf(offset); Geometry.OffsetOf(region) < end; region++)
        {
            if (!_hydration.Waits.TryAwait(region, offset, end, isWhole: false))
            {
                return false;
            }
        }

        return true;
    }

    private void WantEdges(long offset, long from, long to, long end)
    {
        if (offset < from)
        {
            _hydration.Want(offset, from - offset, FetchPriority.Miss);
        }

        if (to < end)
        {
            _hydration.Want(to, end - to, FetchPriority.Miss);
        }
    }

    private void AwaitEdge(long offset, long end)
    {
        for (var region = Geometry.RegionOf(offset); Geometry.OffsetOf(region) < end; region++)
        {
            if (!_hydration.Waits.TryAwait(region, offset, end, isWhole: true))
            {
                throw new CloneException(_hydration.Mode == CloneMode.ReadWrite ? CloneFault.NoSpace : CloneFault.Mode, "the rest of the region cannot be stored");
            }
        }
    }

    private void WriteEdge(ReadOnlySpan<byte> bytes, long offset)
    {
        if (bytes.Length > 0)
        {
            AwaitEdge(offset, offset + bytes.Length);
            Disk.Write(bytes, offset);
        }
    }

    private void ZeroEdge(long offset, long end, bool keepsSpace)
    {
        if (offset < end)
        {
            AwaitEdge(offset, end);
            Disk.Zero(offset, end - offset, keepsSpace);
        }
    }

    private void Overwrite(long first, long last, ReadOnlySpan<byte> bytes)
    {
        var claim = _hydration.Claim(first, last);
        var isDone = false;
        try
        {
            Disk.Write(bytes, Geometry.OffsetOf(first));
            isDone = true;
        }
        finally
        {
            _hydration.End(claim, isDone);
        }
    }

    private void ZeroRegions(long first, long last, bool keepsSpace)
    {
        var claim = _hydration.Claim(first, last);
        var isDone = false;
        try
        {
            Disk.Zero(Geometry.OffsetOf(first), Geometry.EndOf(last - 1) - Geometry.OffsetOf(first), keepsSpace);
            isDone = true;
        }
        finally
        {
            _hydration.End(claim, isDone);
        }
    }
}
