namespace Pipe.Engine;

/// <summary>
/// Which regions are hydrated, and which of them a crash cannot undo. A region that is hydrated belongs to the transaction that is open at
/// that moment; a commit takes a transaction, and only the regions of committed transactions are ever written to the metadata.
/// Questions need no lock; changes need that of the owner.
/// </summary>
internal sealed class HydrationMap
{
    /// <summary>Regions that one sector of the metadata speaks of.</summary>
    public const int SectorRegions = BitmapSector.Regions;

    private RegionSet? _hydrated;
    private RegionSet? _committed;
    private Transaction? _open;
    private Transaction? _closed;

    /// <param name="regions">Of the clone.</param>
    /// <param name="committed">What the metadata say; owned from here on.</param>
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

    /// <summary>All regions are hydrated and committed; nothing is left to be known of single ones.</summary>
    public bool IsComplete => _hydrated is null;

    public bool IsCommittedFull => _committed?.IsFull ?? true;

    /// <summary>Whether a commit has something to write.</summary>
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

    /// <summary>Closes the open transaction and opens another one. One is closed at a time.</summary>
    public Transaction Close()
    {
        (_open, _closed) = (_closed, _open);
        return _closed!;
    }

    /// <summary>The words of a sector as the metadata may have them: what is committed, and what the closed transaction adds.</summary>
    public void Fill(long sector, Transaction closed, Span<ulong> words)
    {
        var first = sector * BitmapSector.Words;
        var committed = _committed!.Words;
        var added = closed.Regions.Words;
        for (var i = 0; i < words.Length; i++)
        {
            var at = (int)(first + i);
            words[i] = at < committed.Length ? committed[at] | added[at] : 0;
        }
    }

    /// <summary>The metadata have the closed transaction.</summary>
    public void Commit(Transaction closed)
    {
        var words = closed.Regions.Words;
        for (var sector = closed.Sectors.NextPresent(0, closed.Sectors.Regions); sector < closed.Sectors.Regions; sector = closed.Sectors.NextPresent(sector + 1, closed.Sectors.Regions))
        {
            for (var at = (int)(sector * BitmapSector.Words); at < Math.Min(words.Length, (sector + 1) * BitmapSector.Words); at++)
            {
                _committed!.AddWord(at, words[at]);
            }
        }

        closed.Clear();
    }

    /// <summary>Releases the memory once all regions are committed.</summary>
    public void Complete() => (_hydrated, _committed, _open, _closed) = (null, null, null, null);

    /// <summary>Regions that were hydrated between two commits, and the sectors of the metadata that speak of them.</summary>
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
