using Pipe.Protocol;

namespace Pipe.Engine.Tests;

/// <summary>The requests to the source, and their time.</summary>
public sealed class HydrationTests
{
    private const int Region = 4096;

    [Fact]
    public void A_read_is_promoted_and_is_not_asked_for_again()
    {
        using var bench = CloneBench.Make(8, out var source);
        Assert.Equal(source.AsSpan(5000, 100).ToArray(), bench.Read(5000, 100));
        Assert.Equal(source.AsSpan(4096, 4096).ToArray(), bench.Read(4096, 4096));
        Assert.Equal(Region, bench.Source.BytesRead);
        Assert.True(bench.Map.Has(1));
    }

    [Fact]
    public void Whole_regions_that_are_written_zeroed_or_discarded_ask_for_nothing()
    {
        using var bench = CloneBench.Make(12, out _, shorter: 1000);
        bench.Clone.Write(new byte[3 * Region], 0);
        bench.Clone.Zero(3 * Region, 3 * Region, keepsSpace: false, isFast: true);
        bench.Clone.Discard(6 * Region, 3 * Region);
        bench.Clone.Write(new byte[3 * Region - 1000], 9 * Region);
        Assert.Equal(0, bench.Source.BytesRead);
        Assert.True(bench.Map.IsFull);
    }

    [Fact]
    public void A_discard_is_rounded_inward_and_one_inside_a_region_does_nothing()
    {
        using var bench = CloneBench.Make(8, out _);
        bench.Clone.Discard(100, 3000);
        Assert.Equal(0, bench.Map.Hydrated);
        bench.Clone.Discard(100, 2 * Region);
        Assert.Equal([1L], Enumerable.Range(0, 8).Select(region => (long)region).Where(bench.Map.Has));
    }

    [Fact]
    public async Task Many_readers_of_a_region_share_one_fetch()
    {
        using var bench = CloneBench.Make(4, out var source);
        bench.Source.IsHeld = true;
        var readers = Enumerable.Range(0, 8).Select(i => Task.Factory.StartNew(
            () =>
            {
                using var slab = new Pipe.Linux.Slab(Region);
                bench.Clone.Read(slab, 0, 512 + i, Region);
                return slab.Payload[..(512 + i)].ToArray();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        SpinWait.SpinUntil(() => bench.Hydration.Table.FetchOf(1) is { Users: 8 });
        Assert.Equal(1, bench.Source.Waiting);
        bench.Source.Answer();
        for (var i = 0; i < readers.Length; i++)
        {
            Assert.Equal(source.AsSpan(Region, 512 + i).ToArray(), await readers[i]);
        }

        Assert.Equal(Region, bench.Source.BytesRead);
    }

    [Fact]
    public void A_write_of_a_region_on_its_way_waits_for_nothing_and_what_comes_late_does_not_replace_it()
    {
        using var bench = CloneBench.Make(4, out _);
        bench.Source.IsHeld = true;
        bench.Clone.Promote(0, 4 * Region);
        var mine = new byte[Region];
        Array.Fill(mine, (byte)7);
        bench.Clone.Write(mine, Region);
        bench.Source.Answer();
        Assert.Equal(mine, bench.Read(Region, Region));
        Assert.True(bench.Map.IsFull);
    }

    [Fact]
    public void What_comes_in_pieces_is_hydrated_with_the_last_one()
    {
        using var bench = CloneBench.Make(2, out var source);
        bench.Source.IsHeld = true;
        bench.Source.Piece = 1000;
        bench.Clone.Promote(0, Region);
        for (var piece = 0; piece < 4; piece++)
        {
            bench.Source.Answer(1);
            Assert.False(bench.Map.Has(0));
        }

        bench.Source.Answer(1);
        Assert.True(bench.Map.Has(0));
        Assert.Equal(source.AsSpan(0, Region).ToArray(), bench.Read(0, Region));
    }

    [Fact]
    public void A_source_that_says_no_fails_the_read_and_a_later_read_asks_again()
    {
        using var bench = CloneBench.Make(4, out var source);
        bench.Source.Fault = "input/output error";
        Assert.Equal("input/output error", Assert.Throws<CloneException>(() => bench.Read(0, 10)).Message);
        bench.Source.Fault = null;
        Assert.Equal(source.AsSpan(0, 10).ToArray(), bench.Read(0, 10));
    }

    [Fact]
    public void Without_an_answer_a_request_fails_in_time_and_at_once_while_the_source_stays_away()
    {
        using var bench = CloneBench.Make(4, out _, terms: new CloneTerms { IoTimeoutSeconds = 1 });
        bench.Source.IsHeld = true;
        Assert.Contains("no answer within 1 second", Assert.Throws<CloneException>(() => bench.Read(0, 10)).Message, StringComparison.Ordinal);
        bench.Source.LostSince = Environment.TickCount64 - 5000;
        Assert.Throws<CloneException>(() => bench.Read(Region, 10));
        bench.Source.LostSince = 0;
        bench.Source.Answer();
        Assert.True(bench.Map.Has(0));
    }

    [Fact]
    public void In_a_full_destination_reads_are_still_answered_and_writes_say_why_they_are_not()
    {
        using var bench = CloneBench.Make(4, out var source);
        bench.Disk.WriteFailure = new Pipe.Linux.LinuxException("pwrite", "destination", Pipe.Linux.Errno.NoSpace);
        Assert.Equal(source.AsSpan(5000, 2000).ToArray(), bench.Read(5000, 2000));
        Assert.Equal(0, bench.Map.Hydrated);
        Assert.True(Assert.Throws<Pipe.Linux.LinuxException>(() => bench.Clone.Write(new byte[Region], 0)).IsNoSpace);
        Assert.Equal(CloneFault.NoSpace, Assert.Throws<CloneException>(() => bench.Clone.Write(new byte[10], 100)).Fault);
        Assert.Contains(bench.Told, told => told.What == CloneEvent.HydrationStopped);
        Assert.False(bench.Terms.IsHydrationEnabled);
        bench.Disk.WriteFailure = null;
        bench.Clone.Write(new byte[10], 100);
        Assert.True(bench.Map.Has(0));
    }

    [Fact]
    public void Failures_in_a_row_stop_the_background_with_one_event_and_a_message_lets_it_go_on()
    {
        using var bench = CloneBench.Make(64, out _, terms: new CloneTerms { MaxFailures = 3, IsBatchSet = true, Batch = 1, IsThresholdSet = true, Threshold = 1 });
        bench.Source.Fault = "gone";
        var now = 0L;
        for (; bench.Terms.IsHydrationEnabled; now += 200_000)
        {
            bench.Sweep.Step(Environment.TickCount64 + now);
            Assert.True(now < 2_000_000);
        }

        Assert.Equal((CloneEvent.HydrationStopped, "3 failures: gone"), Assert.Single(bench.Told));
        Assert.Contains("1 no_hydration 4 ", StatusLine.Of(new CloneFigures(bench.Geometry, bench.Terms, CloneMode.ReadWrite)), StringComparison.Ordinal);
        bench.Source.Fault = null;
        MessageWords.Apply(["enable_hydration"], bench.Terms);
        bench.Hydration.Failures.Forget();
        bench.Sweep.Step(Environment.TickCount64);
        Assert.True(bench.Map.IsFull);
    }

    [Fact]
    public void The_background_asks_for_no_more_than_the_threshold_and_in_batches()
    {
        using var bench = CloneBench.Make(64, out _, terms: new CloneTerms { IsBatchSet = true, Batch = 4, IsThresholdSet = true, Threshold = 10 });
        bench.Source.IsHeld = true;
        bench.Sweep.Step(0);
        Assert.Equal(10, bench.Hydration.Table.BackgroundRegions);
        Assert.Equal(3, bench.Source.Waiting);
        bench.Source.Answer();
        Assert.Equal(10, bench.Map.Hydrated);
        bench.Terms.Threshold = 0;
        bench.Sweep.Step(0);
        Assert.Equal(0, bench.Source.Waiting);
    }

    /// <summary>Otherwise each region that arrives would be replaced by a request for one region, and the window by many small requests.</summary>
    [Fact]
    public void While_the_window_is_full_no_request_is_smaller_than_half_a_batch()
    {
        using var bench = CloneBench.Make(256, out _, terms: new CloneTerms { IsBatchSet = true, Batch = 8, IsThresholdSet = true, Threshold = 32 });
        bench.Source.IsHeld = true;
        bench.Source.Piece = Region;
        while (!bench.Map.IsFull)
        {
            bench.Sweep.Step(0);
            bench.Source.Answer(1);
        }

        Assert.All(bench.Source.Asked, length => Assert.InRange(length, 4 * Region, 8 * Region));
        Assert.Equal(256 * Region, bench.Source.BytesRead);
    }

    [Fact]
    public void Adjacent_regions_that_arrive_together_are_stored_together()
    {
        using var bench = CloneBench.Make(16, out var source);
        bench.Source.IsHeld = true;
        bench.Clone.Promote(0, 16 * Region);
        bench.Clone.Write(new byte[Region], 5 * Region);
        var before = bench.Disk.Writes;
        bench.Source.Answer();
        Assert.Equal(before + 2, bench.Disk.Writes);
        Assert.True(bench.Map.IsFull);
        new byte[Region].CopyTo(source, 5 * Region);
        Assert.Equal(source, bench.Read(0, 16 * Region));
    }

    [Fact]
    public void The_background_goes_on_while_a_commit_waits_for_the_disk()
    {
        using var bench = CloneBench.Make(64, out _, terms: new CloneTerms { IsBatchSet = true, Batch = 1, IsThresholdSet = true, Threshold = 4 });
        using var isSyncing = new ManualResetEventSlim();
        using var isSynced = new ManualResetEventSlim();
        bench.Disk.Synced = () =>
        {
            isSyncing.Set();
            isSynced.Wait();
        };
        bench.Woken = () =>
        {
            bench.Sweep.Wake();
            bench.Commits.Wake();
        };
        bench.Source.IsHeld = true;
        bench.Sweep.Start();
        bench.Commits.Start();
        SpinWait.SpinUntil(() => bench.Source.Waiting > 0);
        bench.Source.Answer(1);
        isSyncing.Wait();
        var isFull = SpinWait.SpinUntil(
            () =>
            {
                bench.Source.Answer();
                return bench.Map.IsFull;
            },
            TimeSpan.FromMinutes(1));
        isSynced.Set();
        bench.Done.Wait();
        bench.Sweep.Close();
        bench.Commits.Close();
        Assert.True(isFull);
        Assert.Equal(64, bench.Metadata.Read().Count);
    }

    [Fact]
    public void No_byte_of_the_source_is_asked_for_twice_whatever_eight_clients_and_the_background_do()
    {
        const int regions = 256;
        using var bench = CloneBench.Make(regions, out var source);
        bench.Sweep.Start();
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, client =>
        {
            using var slab = new Pipe.Linux.Slab(64 * 1024);
            var random = new Random(client);
            for (var i = 0; i < 300; i++)
            {
                var offset = random.Next(source.Length - 64 * 1024);
                var length = 1 + random.Next(64 * 1024 - 1);
                bench.Clone.Read(slab, 0, length, offset);
                Assert.True(slab.Payload[..length].SequenceEqual(source.AsSpan(offset, length)));
            }
        });
        SpinWait.SpinUntil(() => bench.Map.IsFull);
        bench.Sweep.Close();
        Assert.Equal(source.Length, bench.Source.BytesRead);
    }

    [Fact]
    public void A_reader_front_to_back_is_read_ahead_for()
    {
        using var bench = CloneBench.Make(256, out _);
        bench.Read(0, Region);
        Assert.Equal(1, bench.Map.Hydrated);
        bench.Read(Region, Region);
        Assert.True(bench.Map.Hydrated > 16);
    }

    [Fact]
    public void Damaged_metadata_are_not_guessed_at_and_a_repair_fetches_their_regions_again()
    {
        using var bench = CloneBench.Make(8, out _);
        bench.Clone.Write(new byte[2 * Region], 0);
        bench.Clone.Flush();
        bench.MetadataDisk.Corrupt(2 * CloneSuperblock.Size + 100);
        var metadata = new CloneMetadata(bench.MetadataDisk);
        Assert.True(metadata.TryOpen());
        Assert.Equal(ExitCode.Integrity, Assert.Throws<Failure>(() => metadata.Read()).Code);
        var damaged = new List<long>();
        metadata.Repair(metadata.Read(damaged.Add));
        Assert.Equal([0L], damaged);
        Assert.Equal(CloneStage.Hydrating, metadata.Superblock.Stage);
        Assert.Equal(0, metadata.Read().Count);
    }

    [Fact]
    public void One_damaged_superblock_is_made_good_by_the_other()
    {
        using var bench = CloneBench.Make(8, out _);
        bench.Metadata.Set(CloneStage.Hydrated);
        bench.MetadataDisk.Corrupt(20);
        var metadata = new CloneMetadata(bench.MetadataDisk);
        Assert.True(metadata.TryOpen());
        Assert.Equal(bench.Geometry, metadata.Superblock.Geometry);
        bench.MetadataDisk.Corrupt(CloneSuperblock.Size + 20);
        Assert.False(new CloneMetadata(bench.MetadataDisk).TryOpen());
    }

    [Fact]
    public async Task Large_regions_give_a_reader_its_part_first()
    {
        const int large = 4 << 20;
        using var bench = CloneBench.Make(2, out var source, region: large);
        bench.Source.IsHeld = true;
        var reader = Task.Factory.StartNew(() => bench.Read((2 << 20) + 100, 50), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        SpinWait.SpinUntil(() => bench.Hydration.Table.FetchOf(0) is { Users: 1 } && bench.Source.Waiting == 3);
        bench.Source.Answer(1);
        Assert.Equal(source.AsSpan((2 << 20) + 100, 50).ToArray(), await reader);
        Assert.False(bench.Map.Has(0));
        bench.Source.Answer();
        Assert.True(bench.Map.Has(0));
    }
}
