using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// The metadata file: two copies of the superblock, then the bitmap. A bit is written only after the data of its region are durable, so that
/// any mix of old and new sectors is valid and no journal is needed.
/// </summary>
internal sealed class CloneMetadata(IDisk file)
{
    public const int BlockSize = 4096;
    private const int BitmapAt = 2 * CloneSuperblock.Size;
    private const int BlockSectors = BlockSize / BitmapSector.Size;
    private const int PieceSectors = 512;
    private readonly byte[] _block = new byte[BlockSize];
    private readonly ulong[] _words = new ulong[BitmapSector.Words];

    public string Name => file.Name;

    public CloneSuperblock Superblock { get; private set; }

    /// <summary>Number of commits written to the file.</summary>
    public long Commits { get; private set; }

    public long Blocks => BitmapAt / BlockSize + BitmapBlocks(Superblock.Geometry.Regions);

    /// <summary>Size of the file in bytes for a number of regions.</summary>
    public static long SizeOf(long regions) => BitmapAt + BitmapBlocks(regions) * BlockSize;

    /// <summary>Creates the file for a new clone, before any region is hydrated. Durable on return.</summary>
    public void Create(CloneSuperblock superblock)
    {
        Superblock = superblock with { Number = 1 };
        var sectors = BitmapBlocks(superblock.Geometry.Regions) * BlockSectors;
        var piece = new byte[Math.Min(sectors, PieceSectors) * BitmapSector.Size];
        Array.Clear(_words);
        for (var sector = 0L; sector < sectors; sector += PieceSectors)
        {
            var count = (int)Math.Min(PieceSectors, sectors - sector);
            for (var i = 0; i < count; i++)
            {
                BitmapSector.Write(piece.AsSpan(i * BitmapSector.Size), (uint)(sector + i), _words);
            }

            file.Write(piece.AsSpan(0, count * BitmapSector.Size), BitmapAt + sector * BitmapSector.Size);
        }

        file.Sync();
        WriteSuperblock();
    }

    /// <summary>Reads the superblock; false if neither copy is valid.</summary>
    public bool TryOpen()
    {
        CloneSuperblock? best = null;
        for (var copy = 0; copy < 2; copy++)
        {
            file.Read(_block, copy * (long)CloneSuperblock.Size);
            best = CloneSuperblock.TryRead(_block) is { } found && found.Number >= (best?.Number ?? 0) ? found : best;
        }

        Superblock = best ?? default;
        return best is not null;
    }

    /// <summary>Reads the set of hydrated regions. By default a damaged sector is an error, because its regions may hold data written by clients.</summary>
    /// <param name="damaged">Called for each damaged sector, whose regions are omitted; null to throw instead.</param>
    /// <exception cref="Failure">A sector is damaged, and <paramref name="damaged"/> is null.</exception>
    public RegionSet Read(Action<long>? damaged = null)
    {
        var regions = new RegionSet(Superblock.Geometry.Regions);
        var piece = new byte[Math.Min(BitmapBlocks(regions.Regions) * BlockSectors, PieceSectors) * BitmapSector.Size];
        for (var word = 0L; word < regions.WordCount; word += BitmapSector.Words)
        {
            var sector = word / BitmapSector.Words;
            if (sector % PieceSectors == 0)
            {
                file.Read(piece, BitmapAt + sector * BitmapSector.Size);
            }

            if (!BitmapSector.TryRead(piece.AsSpan((int)(sector % PieceSectors) * BitmapSector.Size, BitmapSector.Size), (uint)sector, _words))
            {
                (damaged ?? Throw)(sector);
                continue;
            }

            for (var i = 0; i < BitmapSector.Words && word + i < regions.WordCount; i++)
            {
                regions.AddWord(word + i, _words[i]);
            }
        }

        return regions;
    }

    /// <summary>Writes the sectors changed by a transaction. Durable on return.</summary>
    public void Write(HydrationMap map, HydrationMap.Transaction closed)
    {
        var sectors = closed.Sectors.Regions;
        for (var sector = closed.Sectors.NextPresent(0, sectors); sector < sectors; sector = closed.Sectors.NextPresent(sector, sectors))
        {
            var first = sector / BlockSectors * BlockSectors;
            for (var i = 0; i < BlockSectors; i++)
            {
                map.Fill(first + i, closed, _words);
                BitmapSector.Write(_block.AsSpan(i * BitmapSector.Size), (uint)(first + i), _words);
            }

            file.Write(_block, BitmapAt + first * BitmapSector.Size);
            sector = first + BlockSectors;
        }

        Commits++;
        file.Sync();
    }

    /// <summary>Sets the stage of the clone. Durable on return.</summary>
    public void Set(CloneStage stage)
    {
        Superblock = Superblock with { Stage = stage, Number = Superblock.Number + 1 };
        WriteSuperblock();
    }

    /// <summary>Replaces the superblock, for example after the destination was moved. Durable on return.</summary>
    public void Set(CloneSuperblock superblock)
    {
        Superblock = superblock with { Number = Superblock.Number + 1 };
        WriteSuperblock();
    }

    /// <summary>Rewrites all sectors, to repair damage.</summary>
    public void Repair(RegionSet hydrated)
    {
        var map = new HydrationMap(hydrated.Regions, hydrated);
        var all = map.Close();
        all.Sectors.AddRange(0, all.Sectors.Regions);
        Write(map, all);
        Set(CloneStage.Hydrating);
    }

    /// <summary>Overwrites both copies of the superblock, so that no clone is found. Durable on return.</summary>
    public void Erase()
    {
        file.Zero(0, 2 * CloneSuperblock.Size, keepsSpace: true);
        file.Sync();
    }

    private static long BitmapBlocks(long regions)
    {
        var sectors = (regions + BitmapSector.Regions - 1) / BitmapSector.Regions;
        return (sectors + BlockSectors - 1) / BlockSectors;
    }

    private void WriteSuperblock()
    {
        Superblock.Write(_block);
        file.Write(_block, (long)(Superblock.Number % 2) * CloneSuperblock.Size);
        file.Sync();
    }

    private void Throw(long sector) =>
        throw new Failure(ExitCode.Integrity, $"{file.Name}: sector {sector} of the bitmap is damaged", $"lazyclone repair {file.Name} fetches its {BitmapSector.Regions} regions again; writes to them are lost");
}
