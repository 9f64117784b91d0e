namespace Pipe.Engine;

/// <summary>
/// Tracks the hydrated regions and which of them are committed. A newly hydrated region joins the open transaction. A commit closes that
/// transaction, and writes only regions that are committed or in the closed transaction to the metadata.
/// Reads need no lock; changes need the owner's.
/// </summary>
internal sealed class HydrationMap
{
    /// <summary>Number of regions in one sector of the bitmap.</summary>
    public const int SectorRegions = BitmapSector.Regions;

    private RegionSet? _hydrated;
    private RegionSet? _committed;
    private Transaction? _open;
    private Transaction? _closed;

    /// <param name="regions">Number of regions of the clone.</param>
    /// <param name="committed">The hydrated regions in the metadata. Owned by this object from here on.</param>
    public HydrationMap(long regions, RegionSet committed)
    {
        Regions = regions;
        _committed = committed;
        _hydrated = new RegionSet(regions);
        _hydrated.AddAll(committed);
        _open = new Transaction(regions);
        _closed = new Transaction(regions);
    }

    public long Regions { get; }

    public long Hydrated => _hydrated?.Count ?? Regions;

    public bool IsFull => Hydrated == Regions;

    /// <summary>Whether <see cref="Complete"/> was called: all regions are hydrated and committed.</summary>
    public bool IsComplete => _hydrated is null;

    public bool IsCommittedFull => _committed?.IsFull ?? true;

    /// <summary>Memory of the bitmaps in bytes; 0 once they are released.</summary>
    public long Bytes => IsComplete ? 0 : _hydrated!.Bytes + _committed!.Bytes + _open!.Regions.Bytes + _closed!.Regions.Bytes;

    /// <summary>Whether the open transaction has regions to commit.</summary>
    public bool IsChanged => _open is { Regions.Count: > 0 };

    public bool Has(long region) => _hydrated?.Has(region) ?? true;

    public bool HasAll(long first, long end) => _hydrated?.HasAll(first, end) ?? true;

    public bool IsCommitted(long first, long end) => _committed?.HasAll(first, end) ?? true;

    public long NextMissing(long from, long end) => _hydrated?.NextMissing(from, end) ?? end;

    public long NextHydrated(long from, long end) => _hydrated?.NextPresent(from, end) ?? Math.Min(from, end);

    public void Add(long first, long end)
    {
        for (var region = NextMissing(first, end); region < end; region = NextMissing(region, end))
        {
            var until = NextHydrated(region, end);
            _hydrated!.AddRange(region, until);
            _open!.Add(region, until);
            region = until;
        }
    }

    /// <summary>Closes the open transaction and opens another one. Only one may be closed and uncommitted.</summary>
    public Transaction Close()
    {
        (_open, _closed) = (_closed, _open);
        return _closed!;
    }

    /// <summary>Fills in the words of a sector to write: the committed regions and those of the closed transaction.</summary>
    public void Fill(long sector, Transaction closed, Span<ulong> words)
    {
        var first = sector * BitmapSector.Words;
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = first + i < _committed!.WordCount ? _committed.Word(first + i) | closed.Regions.Word(first + i) : 0;
        }
    }

    /// <summary>Marks the closed transaction as committed, once the metadata are durable.</summary>
    public void Commit(Transaction closed)
    {
        var words = closed.Regions.WordCount;
        for (var sector = closed.Sectors.NextPresent(0, closed.Sectors.Regions); sector < closed.Sectors.Regions; sector = closed.Sectors.NextPresent(sector + 1, closed.Sectors.Regions))
        {
            for (var at = sector * BitmapSector.Words; at < Math.Min(words, (sector + 1) * BitmapSector.Words); at++)
            {
                _committed!.AddWord(at, closed.Regions.Word(at));
            }
        }

        closed.Clear();
    }

    /// <summary>Releases the memory. Called once all regions are committed.</summary>
    public void Complete() => (_hydrated, _committed, _open, _closed) = (null, null, null, null);

    /// <summary>The regions hydrated between two commits, and the sectors of the bitmap that contain them.</summary>
    internal sealed class Transaction(long regions)
    {
        public RegionSet Regions { get; } = new(regions);

        public RegionSet Sectors { get; } = new((regions + SectorRegions - 1) / SectorRegions);

        public void Add(long first, long end)
        {
            Regions.AddRange(first, end);
            Sectors.AddRange(first / SectorRegions, (end - 1) / SectorRegions + 1);
        }

        public void Clear()
        {
            Regions.Clear();
            Sectors.Clear();
        }
    }
}
