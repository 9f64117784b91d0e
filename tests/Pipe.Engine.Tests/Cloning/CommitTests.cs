using Pipe.Protocol;

namespace Pipe.Engine.Tests;

/// <summary>When changes become durable.</summary>
public sealed class CommitTests
{
    private const int Region = 4096;

    [Fact]
    public void A_sync_that_fails_is_final()
    {
        using var bench = CloneBench.Make(4, out var source);
        bench.Clone.Write(new byte[Region], 0);
        bench.Disk.SyncFailure = new IOException("destination: input/output error");
        Assert.Throws<IOException>(bench.Clone.Flush);
        bench.Disk.SyncFailure = null;
        Assert.Throws<IOException>(bench.Clone.Flush);
        Assert.Equal(CloneMode.ReadOnly, bench.Hydration.Mode);
        Assert.Equal((CloneEvent.ModeChanged, "read-only: destination: input/output error"), Assert.Single(bench.Told));
        Assert.Equal(source.AsSpan(Region, 10).ToArray(), bench.Read(Region, 10));
        Assert.False(bench.Map.Has(1));
        bench.Clone.Write(new byte[10], 0);
        Assert.Equal(CloneFault.Mode, Assert.Throws<CloneException>(() => bench.Clone.Write(new byte[Region], Region)).Fault);
        bench.Clone.Discard(0, 4 * Region);
        Assert.Equal(1, bench.Map.Hydrated);
    }

    [Fact]
    public void What_is_written_while_a_commit_runs_belongs_to_the_next_one()
    {
        using var bench = CloneBench.Make(4, out _);
        bench.Clone.Write(new byte[Region], 0);
        bench.Disk.Synced = () =>
        {
            bench.Disk.Synced = static () => { };
            bench.Clone.Write(new byte[Region], Region);
        };
        bench.Clone.Flush();
        var committed = bench.Metadata.Read();
        Assert.True(committed.Has(0));
        Assert.False(committed.Has(1));
        bench.Clone.Flush();
        Assert.True(bench.Metadata.Read().Has(1));
    }

    [Fact]
    public void One_flush_commits_once_and_without_a_change_nothing_is_written_to_the_metadata()
    {
        using var bench = CloneBench.Make(4, out _);
        var before = bench.MetadataDisk.Writes;
        bench.Clone.Write(new byte[Region], 0);
        bench.Clone.Flush();
        Assert.Equal(before + 1, bench.MetadataDisk.Writes);
        bench.Clone.Write(new byte[Region], 0);
        bench.Clone.Flush();
        bench.Clone.Flush();
        Assert.Equal(before + 1, bench.MetadataDisk.Writes);
        bench.Clone.Discard(2 * Region, Region);
        bench.Clone.Flush();
        Assert.Equal(before + 2, bench.MetadataDisk.Writes);
    }
    /// <summary>The sync of a commit that is under way may have passed what was written meanwhile.</summary>
    [Fact]
    public void A_flush_during_a_commit_waits_for_the_next_one()
    {
        using var bench = CloneBench.Make(4, out _);
        using var isSyncing = new ManualResetEventSlim();
        using var maySync = new ManualResetEventSlim();
        bench.Disk.Synced = () =>
        {
            bench.Disk.Synced = static () => { };
            isSyncing.Set();
            maySync.Wait();
        };
        var first = DataThread.Start("first", bench.Clone.Flush);
        isSyncing.Wait();
        bench.Clone.Write(new byte[Region], 0);
        var second = DataThread.Start("second", bench.Clone.Flush);
        SpinWait.SpinUntil(() => second.ThreadState.HasFlag(ThreadState.WaitSleepJoin));
        maySync.Set();
        first.Join();
        second.Join();
        Assert.True(bench.Disk.IsDurable(0, Region));
        Assert.True(bench.Metadata.Read().Has(0));
    }

    [Fact]
    public void A_power_loss_while_the_metadata_are_created_leaves_none_or_empty_ones()
    {
        const int regions = 10_000;
        var geometry = new CloneGeometry(regions * (long)Region, Region);
        var opened = 0;
        for (var seed = 0; seed < 300; seed++)
        {
            using var disk = new SimulatedDisk("metadata", CloneMetadata.SizeOf(regions));
            var left = seed % 6;
            disk.Before = () => _ = left-- > 0 ? 0 : throw new InvalidOperationException("the power fails");
            Record.Exception(() => new CloneMetadata(disk).Create(new CloneSuperblock(1, geometry, 1, 2, default, CloneStage.Hydrating, "source")));
            using var after = disk.AfterPowerLoss(new Random(seed));
            var metadata = new CloneMetadata(after);
            if (metadata.TryOpen())
            {
                opened++;
                Assert.Equal(0, metadata.Read().Count);
            }
        }

        Assert.InRange(opened, 50, 250);
    }
}
