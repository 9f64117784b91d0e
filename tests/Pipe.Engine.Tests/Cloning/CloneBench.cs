using Pipe.Linux;

namespace Pipe.Engine.Tests;

/// <summary>A clone of a simulated source on simulated disks, without the background thread: tests step it.</summary>
internal sealed class CloneBench : IDisposable
{
    private readonly Slab _slab = new(1 << 20);

    public CloneBench(SimulatedSource source, SimulatedDisk disk, SimulatedDisk metadataDisk, CloneGeometry geometry, CloneTerms? terms = null)
    {
        (Source, Disk, MetadataDisk, Geometry) = (source, disk, metadataDisk, geometry);
        Terms = terms ?? new CloneTerms { IoTimeoutSeconds = 10 };
        Terms.Complete(geometry.Region);
        Metadata = new CloneMetadata(metadataDisk);
        if (!Metadata.TryOpen())
        {
            Metadata.Create(new CloneSuperblock(1, geometry, 1, 2, default, CloneStage.Hydrating, "simulated"));
        }

        Map = new HydrationMap(geometry.Regions, Metadata.Read());
        Events = new CloneEvents((what, words) => Told.Add((what, words)));
        Hydration = new Hydration(geometry, Map, disk, source, Terms, Events, () => Woken())
        {
            Window = new SweepWindow(geometry.Region, 64 << 20),
        };
        Committer = new Committer(Hydration.Gate, Map, disk, Metadata, e => Hydration.Degrade(CloneMode.ReadOnly, e.Message));
        Clone = new Clone(Hydration, Committer, Terms);
        Sweep = new Sweep(Hydration, Terms);
        Commits = new CommitTimer(Hydration, Committer, () => Done.Set());
    }

    public SimulatedSource Source { get; }

    public SimulatedDisk Disk { get; }

    public SimulatedDisk MetadataDisk { get; }

    public CloneGeometry Geometry { get; }

    public CloneTerms Terms { get; }

    public CloneMetadata Metadata { get; }

    public HydrationMap Map { get; }

    public Hydration Hydration { get; }

    public Committer Committer { get; }

    public Clone Clone { get; }

    public CloneEvents Events { get; }

    public Sweep Sweep { get; }

    public CommitTimer Commits { get; }

    /// <summary>Set once the timer has committed all regions.</summary>
    public ManualResetEventSlim Done { get; } = new();

    /// <summary>Called when the background may have work.</summary>
    public Action Woken { get; set; } = static () => { };

    public List<(CloneEvent What, string Words)> Told { get; } = [];

    public static CloneBench Make(int regions, out byte[] source, int region = 4096, CloneTerms? terms = null, int shorter = 0)
    {
        var geometry = new CloneGeometry((long)regions * region - shorter, region);
        source = new byte[geometry.Size];
        new Random(regions).NextBytes(source);
        return new CloneBench(
            new SimulatedSource(source),
            new SimulatedDisk("destination", geometry.Size),
            new SimulatedDisk("metadata", CloneMetadata.SizeOf(geometry.Regions)),
            geometry,
            terms);
    }

    public byte[] Read(long offset, int length)
    {
        Clone.Read(_slab, 0, length, offset);
        return _slab.Payload[..length].ToArray();
    }

    public void Dispose()
    {
        _slab.Dispose();
        Done.Dispose();
    }
}
