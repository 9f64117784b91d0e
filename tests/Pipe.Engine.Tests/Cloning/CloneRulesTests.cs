using Pipe.Protocol;

namespace Pipe.Engine.Tests;

/// <summary>The small rules of a clone, each by itself.</summary>
public sealed class CloneRulesTests
{
    [Theory]
    [InlineData(524288L * 512, "")]
    [InlineData(2097152L * 512, "")]
    [InlineData(1000L * 512, "not a power of two")]
    [InlineData(4L * 512, "not between 4k and 1g")]
    [InlineData(4194304L * 512, "not between 4k and 1g")]
    [InlineData(8, "not between 4k and 1g")]
    public void Regions_have_the_limits_of_dm_clone(long region, string cause)
    {
        var failure = Record.Exception(() => new CloneGeometry(1L << 31, region).Check());
        Assert.Equal(cause.Length > 0, failure is Failure { Code: ExitCode.Usage });
        Assert.Contains(cause, failure?.Message ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void A_region_in_sectors_is_explained() =>
        Assert.Equal("the size is in bytes: 8 sectors are 4096", Assert.Throws<Failure>(new CloneGeometry(1 << 20, 8).Check).Hint);

    [Fact]
    public void There_are_at_most_2_to_the_31_regions()
    {
        new CloneGeometry((1L << 31) * 4096, 4096).Check();
        Assert.Throws<Failure>(() => new CloneGeometry((1L << 31) * 4096 + 1, 4096).Check());
    }

    [Fact]
    public void The_status_line_is_that_of_dm_clone()
    {
        var terms = new CloneTerms { IsThresholdSet = true, Threshold = 1, IsBatchSet = true, Batch = 1 };
        var figures = new CloneFigures(new CloneGeometry(2097152L * 512, 4096), terms, CloneMode.ReadWrite) { MetadataUsed = 30, MetadataBlocks = 262144, Hydrated = 262144 };
        Assert.Equal("0 2097152 clone 8 30/262144 8 262144/262144 0 0 4 hydration_threshold 1 hydration_batch_size 1 rw", StatusLine.Of(figures));
        Assert.Equal("0 2097152 clone Fail", StatusLine.Of(figures with { Mode = CloneMode.Failed }));
        var both = new CloneTerms { IsHydrationEnabled = false, PassesDiscards = false, IsThresholdSet = true, Threshold = 7, IsBatchSet = true, Batch = 3 };
        Assert.Equal(
            "0 2097152 clone 8 30/262144 8 5/262144 2 2 no_hydration no_discard_passdown 4 hydration_threshold 7 hydration_batch_size 3 ro",
            StatusLine.Of(new CloneFigures(figures.Geometry, both, CloneMode.ReadOnly) { MetadataUsed = 30, MetadataBlocks = 262144, Hydrated = 5, Hydrating = 2 }));
    }

    /// <summary>As the regular expression and the field order of dm-clone's own suite have it.</summary>
    [Fact]
    public void The_parser_of_dm_clones_suite_reads_the_status()
    {
        var terms = new CloneTerms { PassesDiscards = false };
        terms.Complete(65536);
        var line = StatusLine.Of(new CloneFigures(new CloneGeometry(1 << 20, 65536), terms, CloneMode.ReadWrite) { Hydrated = 3, Hydrating = 1, MetadataUsed = 3, MetadataBlocks = 3 });
        var match = System.Text.RegularExpressions.Regex.Match(line, @"\d+\s+\d+\s+clone\s+(.*)");
        var fields = new Queue<string>(match.Groups[1].Value.Split(' '));
        Assert.Equal("8", fields.Dequeue());
        Assert.Equal(2, fields.Dequeue().Split('/').Length);
        Assert.Equal("128", fields.Dequeue());
        Assert.Equal(["3", "16"], fields.Dequeue().Split('/'));
        Assert.Equal("1", fields.Dequeue());
        var features = Enumerable.Range(0, int.Parse(fields.Dequeue(), null)).Select(_ => fields.Dequeue()).ToList();
        Assert.Equal(["no_discard_passdown"], features);
        var core = Enumerable.Range(0, int.Parse(fields.Dequeue(), null)).Select(_ => fields.Dequeue()).ToList();
        Assert.Equal(4, core.Count);
        Assert.Equal("rw", fields.Dequeue());
        Assert.Empty(fields);

        // The Cinder driver looks at the halves of field 6 and at field 7 of the words.
        var words = line.Split(' ');
        Assert.Equal("3/16", words[6]);
        Assert.Equal("1", words[7]);
    }

    [Fact]
    public void Messages_are_those_of_dm_clone()
    {
        var terms = new CloneTerms();
        MessageWords.Apply(["DISABLE_hydration"], terms);
        Assert.False(terms.IsHydrationEnabled);
        MessageWords.Apply(["enable_hydration"], terms);
        MessageWords.Apply(["hydration_threshold", "256"], terms);
        MessageWords.Apply(["hydration_batch_size", "16"], terms);
        Assert.Equal((true, 256L, true, 16L), (terms.IsHydrationEnabled, terms.Threshold, terms.IsThresholdSet, terms.Batch));
        foreach (var words in new string[][] { [], ["enable_hydration", "1"], ["hydration_threshold"], ["hydration_threshold", "-1"], ["hydration_threshold", "0x10"], ["hydration_batch_size", "4294967296"], ["start"] })
        {
            Assert.Equal(ExitCode.Usage, Assert.Throws<Failure>(() => MessageWords.Apply(words, terms)).Code);
        }
    }

    [Fact]
    public void Urgent_ranges_go_first_and_what_is_raised_overtakes()
    {
        var queue = new DemandQueue();
        queue.Add(0, 100, FetchPriority.Sweep);
        queue.Add(1000, 10, FetchPriority.Hint);
        queue.Add(2000, 10, FetchPriority.Miss);
        queue.Raise(40, 20);
        var taken = new List<(long, long, FetchPriority)>();
        while (queue.TryTake(50, out var offset, out var length, out var priority))
        {
            taken.Add((offset, length, priority));
        }

        Assert.Equal(
            [(2000, 10, FetchPriority.Miss), (40, 20, FetchPriority.Miss), (1000, 10, FetchPriority.Hint), (0, 40, FetchPriority.Sweep), (60, 40, FetchPriority.Sweep)],
            taken);
    }

    [Fact]
    public void Every_byte_that_was_asked_for_is_taken_once()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var queue = new DemandQueue();
            for (var at = 0; at < 1000; at += 10)
            {
                queue.Add(at, 10, (FetchPriority)random.Next(1, 4));
                if (random.Next(3) == 0)
                {
                    queue.Raise(random.Next(1000), random.Next(200));
                }
            }

            var seen = new int[1000];
            var last = FetchPriority.Miss;
            while (queue.TryTake(random.Next(1, 20), out var offset, out var length, out var priority))
            {
                var kept = 1 + random.Next((int)length);
                queue.Return(offset + kept, length - kept, priority);
                length = kept;
                Assert.True(priority >= last);
                last = priority;
                for (var at = offset; at < offset + length; at++)
                {
                    seen[at]++;
                }
            }

            Assert.All(seen, times => Assert.Equal(1, times));
            Assert.Equal(0, queue.Count);
        }
    }

    [Fact]
    public void The_window_grows_to_twice_what_the_path_holds_and_not_further()
    {
        var window = new SweepWindow(1 << 20, 64 << 20);

        // A path of 100 bytes a millisecond times 1000 and a round trip of 20 ms holds 2 MB.
        const int rate = 100_000;
        var now = 0L;
        for (var i = 0; i < 2000; i++)
        {
            var sent = window.Bytes;
            var roundTrip = Math.Max(20, sent / rate);
            now += 1 + (1 << 20) / rate;
            window.Arrived(1 << 20, roundTrip, now);
        }

        Assert.InRange(window.Bytes, 2 << 20, 8 << 20);
    }

    [Fact]
    public void The_window_yields_to_clients_that_wait_longer_than_usual_and_comes_back()
    {
        var window = new SweepWindow(1 << 20, 64 << 20);
        for (var now = 0L; now < 4000; now += 5)
        {
            window.Arrived(1 << 20, 20, now);
        }

        var full = window.Bytes;
        window.Missed(20, 4000);
        Assert.Equal(full, window.Bytes);
        for (var now = 4000L; now < 8000; now += 50)
        {
            window.Missed(45, now);
        }

        Assert.Equal(1 << 20, window.Bytes);
        for (var now = 8000L; now < 14000; now += 5)
        {
            window.Arrived(1 << 20, 20, now);
        }

        Assert.Equal(full, window.Bytes);
    }

    /// <summary>The larger ones have several pages.</summary>
    [Theory]
    [InlineData(200, 500)]
    [InlineData(10, 2_000_000)]
    public void Sets_of_regions_agree_with_a_plain_set(int seeds, int most)
    {
        for (var seed = 0; seed < seeds; seed++)
        {
            var random = new Random(seed);
            var regions = random.Next(1, most);
            var (set, plain) = (new RegionSet(regions), new bool[regions]);
            for (var i = 0; i < 20; i++)
            {
                var first = random.Next(regions);
                var end = random.Next(first, regions + 1);
                set.AddRange(first, end);
                Array.Fill(plain, true, first, end - first);
                var from = random.Next(regions);
                Assert.Equal(Array.IndexOf(plain, false, from) is var missing and >= 0 ? missing : regions, set.NextMissing(from, regions));
                Assert.Equal(Array.IndexOf(plain, true, from) is var there and >= 0 ? there : regions, set.NextPresent(from, regions));
            }

            Assert.Equal(plain.Count(one => one), set.Count);
            var copy = new RegionSet(regions);
            copy.AddAll(set);
            Assert.Equal(set.Count, copy.Count);
            Assert.All(Enumerable.Range(0, (int)set.WordCount).Where(word => set.Word(word) != copy.Word(word)), static word => Assert.Fail($"word {word}"));
            copy.Clear();
            Assert.Equal((0L, (long)regions), (copy.Count, copy.NextPresent(0, regions)));
        }
    }

    [Fact]
    public void An_empty_set_has_no_memory_however_large_it_is()
    {
        var set = new RegionSet(CloneGeometry.MostRegions);
        Assert.Equal(0, set.Bytes);
        set.AddRange(CloneGeometry.MostRegions - 1, CloneGeometry.MostRegions);
        Assert.InRange(set.Bytes, 1, 64 * 1024);
        Assert.Equal(CloneGeometry.MostRegions - 1, set.NextPresent(0, CloneGeometry.MostRegions));
    }

    [Fact]
    public void A_mount_is_found_by_its_device_and_writable_counts_first()
    {
        const string text = "36 35 8:1 / /a ro,noatime - ext4 /dev/sda1 ro\n37 35 8:1 / /b rw,noatime - ext4 /dev/sda1 rw\n38 35 8:2 / /c ro - ext4 /dev/sda2 ro\n";
        Assert.Equal(("/b", true), Mounts.Find(text, (8UL << 32) | 1));
        Assert.Equal(("/c", false), Mounts.Find(text, (8UL << 32) | 2));
        Assert.Null(Mounts.Find(text, (8UL << 32) | 3));
    }
}
