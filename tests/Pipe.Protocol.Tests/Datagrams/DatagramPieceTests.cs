using Pipe.Protocol.Datagrams;

namespace Pipe.Protocol.Tests.Datagrams;

/// <summary>The pieces by themselves, each against a plain model.</summary>
public class DatagramPieceTests
{
    /// <summary>The first vectors of the reference implementation: key 00..0f, text 00, 00 01, and so on.</summary>
    [Theory]
    [InlineData(0, 0x726fdb47dd0e0e31)]
    [InlineData(1, 0x74f839c593dc67fd)]
    [InlineData(8, 0x93f5f5799a932462)]
    [InlineData(15, 0xa129ca6149be45e5)]
    public void SipHash_gives_what_its_authors_publish(int length, ulong expected)
    {
        var bytes = Enumerable.Range(0, 16).Select(i => (byte)i).ToArray();
        Assert.Equal(expected, new SipHash(bytes).Of(bytes.AsSpan(0, length)));
    }

    [Fact]
    public void Ranges_know_just_the_numbers_that_were_added()
    {
        var random = new Random(1);
        var ranges = new NumberRanges();
        var model = new HashSet<ulong>();
        for (var i = 0; i < 20_000; i++)
        {
            var number = (ulong)random.Next(4000);
            Assert.Equal(model.Contains(number), ranges.Contains(number));
            Assert.Equal(model.Add(number), ranges.TryAdd(number));
            if (i % 1000 == 999)
            {
                var listed = Enumerable.Range(0, ranges.Count).SelectMany(r => Between(ranges.FromTop(r))).ToList();
                Assert.Equal(model.OrderDescending(), listed);
            }
        }

        static IEnumerable<ulong> Between((ulong First, ulong Last) range)
        {
            for (var number = range.Last; ; number--)
            {
                yield return number;
                if (number == range.First)
                {
                    break;
                }
            }
        }
    }

    [Fact]
    public void Ranges_that_are_full_forget_the_lowest_and_take_no_number_twice()
    {
        var ranges = new NumberRanges(8);
        var taken = new HashSet<ulong>();
        var random = new Random(2);
        for (var i = 0; i < 10_000; i++)
        {
            var number = (ulong)random.Next(i / 2, i + 40);
            if (ranges.TryAdd(number))
            {
                Assert.True(taken.Add(number), $"{number} was taken twice");
            }

            Assert.InRange(ranges.Count, 1, 8);
        }

        ranges.Forget(1_000_000);
        Assert.True(ranges.IsEmpty);
        Assert.False(ranges.TryAdd(999_999));
        Assert.True(ranges.TryAdd(1_000_000));
    }

    [Fact]
    public void A_map_counts_bytes_once_however_the_fragments_overlap()
    {
        var random = new Random(3);
        for (var round = 0; round < 200; round++)
        {
            var size = random.Next(1, 5000);
            var map = new BlockMap(5000);
            map.Reset(size);
            var model = new bool[(size + 7) / 8];
            while (!map.IsWhole)
            {
                var from = random.Next(model.Length);
                var to = random.Next(from + 1, model.Length + 1);
                var (offset, length) = (from * 8, Math.Min(to * 8, size) - (from * 8));
                Assert.Equal(Array.TrueForAll(model[from..to], b => b), map.Contains(offset, length));
                Assert.Equal(model[from..to].Count(b => !b), map.Add(offset, length));
                model.AsSpan(from, to - from).Fill(true);
                Assert.Equal(Array.TrueForAll(model, b => b), map.IsWhole);
            }
        }
    }

    [Fact]
    public void A_pacer_keeps_its_rate_and_makes_up_for_two_milliseconds_at_most()
    {
        var pacer = new Pacer();
        pacer.Set(10_000_000, 10_000);
        var (now, sent) = (0L, 0L);
        for (; now < 1_000_000_000; now = Math.Max(pacer.NextSend(now), now + 1))
        {
            var budget = pacer.Budget(now);
            pacer.OnSent(budget);
            sent += budget;
        }

        Assert.InRange(sent, 9_950_000, 10_050_000);
        Assert.InRange(pacer.Budget(now + 1_000_000_000), 20_000, 30_001);
    }

    [Fact]
    public void The_round_trip_time_leaves_out_what_the_peer_held_back()
    {
        var rtt = new RttEstimator(100_000_000);
        rtt.Add(50_000_000, 0);
        Assert.Equal((50_000_000L, 25_000_000L), (rtt.Smoothed, rtt.Variation));
        rtt.Add(60_000_000, 10_000_000);
        Assert.Equal((50_000_000L, 50_000_000L), (rtt.Latest, rtt.Smoothed));
        rtt.Add(55_000_000, 10_000_000);
        Assert.Equal(55_000_000, rtt.Latest); // a delay that would bring it below the minimum is not believed
        Assert.Equal(50_000_000, rtt.Min);
    }

    [Fact]
    public void The_search_finds_the_size_of_the_path_and_falls_when_it_shrinks()
    {
        var (search, path, now) = (new MtuSearch(1200, 8972), 1480, 0L);
        Search();
        Assert.Equal(1472, search.Size);
        path = 1300;
        now += 10_000_000_000;
        Assert.False(search.OnLost(1472, now, 100_000_000));
        Assert.False(search.OnLost(1472, now, 100_000_000));
        Assert.True(search.OnLost(1472, now, 100_000_000));
        Assert.Equal(1200, search.Size);
        now += 1_000_000_000;
        Search();
        Assert.Equal(1252, search.Size);

        void Search()
        {
            for (var i = 0; i < 100; i++, now += 1_000_000)
            {
                if (search.Take(now) is var size && size > path)
                {
                    search.OnProbeLost(size, now);
                }
                else if (size > 0)
                {
                    search.OnProbeArrived(size);
                }
            }
        }
    }

    [Fact]
    public void The_size_falls_when_only_datagrams_below_it_are_on_their_way()
    {
        var (search, now) = (new MtuSearch(1472, 1472), 10_000_000_000L);
        search.OnArrived(1472, now);
        Assert.False(search.OnLost(1440, now, 100_000_000));
        Assert.False(search.OnLost(1448, now + 100_000_000, 100_000_000));
        search.OnArrived(1440, now + 200_000_000); // as large as the smallest: the path is as it was
        now += 1_000_000_000;
        Assert.False(search.OnLost(1440, now, 100_000_000));
        search.OnArrived(1432, now); // says nothing about the larger one
        Assert.False(search.OnLost(1448, now, 100_000_000));
        Assert.False(search.OnLost(1200, now, 100_000_000)); // every path carries the minimum
        Assert.True(search.OnLost(1440, now, 100_000_000));
        Assert.Equal((1200, 1), (search.Size, search.Falls));
    }

    [Fact]
    public void Smaller_datagrams_that_arrive_do_not_keep_the_size_up()
    {
        var (search, now) = (new MtuSearch(1472, 1472), 10_000_000_000L);
        for (var i = 0; i < 3; i++)
        {
            Assert.False(search.OnLost(1300, now, 100_000_000));
            Assert.Equal(i == 2, search.OnLost(1472, now, 100_000_000));
            search.OnArrived(1300, now);
        }

        Assert.Equal(1200, search.Size);
    }

    [Fact]
    public void The_brake_halves_a_fixed_rate_that_does_not_arrive()
    {
        var control = new FixedControl(1_000_000, 1200);
        var rtt = new RttEstimator(100_000_000);
        rtt.Add(100_000_000, 0);
        for (var now = 0L; now < 3_000_000_000; now += 10_000_000)
        {
            control.OnLost(new SentDatagram { Size = 6000 }, now);
            control.OnAck(new RateSample { Now = now, Acked = 2000, Rtt = 100_000_000 }, rtt);
        }

        Assert.Equal((1, "brake"), (control.Brakes, control.Limit));
        Assert.InRange(control.Rate, 500_000, 625_001);
    }
}
