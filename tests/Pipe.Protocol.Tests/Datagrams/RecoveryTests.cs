using Pipe.Protocol.Datagrams;
using Xunit.Abstractions;

namespace Pipe.Protocol.Tests.Datagrams;

/// <summary>Misbehaviour of the path or the sink, on a link of 100 Mbit/s and 40 ms.</summary>
public class RecoveryTests(ITestOutputHelper output)
{
    private const double Rate = 100e6 / 8;
    private const long Delay = 20 * Simulation.Millisecond;

    [Fact]
    public void A_block_that_lacks_a_fragment_holds_up_no_other()
    {
        var simulation = new Simulation(1);
        var (forth, back) = Links(simulation);
        var end = simulation.Now + Simulation.Second;
        forth.Loses = packet => simulation.Now < end && Fragment(packet) is { Offset: 0, Block: 2 };
        var flow = Start(simulation, forth, back, blocks: 12, size: 200_000, slots: 8);
        simulation.Run(simulation.Now + (10 * Simulation.Second), () => flow.Sender.IsDone);
        Assert.True(flow.Sender.IsDone);
        Assert.Equal(2UL, flow.Receiver.Order[^1]);
        Assert.Equal(12, flow.Receiver.Order.Count);
    }

    /// <summary>The credit counts finished blocks, so a sink that finishes nothing stops the sender at the number of slots.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(32)]
    public void A_sink_that_takes_nothing_gets_as_many_blocks_as_it_has_room_for(int slots)
    {
        var simulation = new Simulation(2);
        var (forth, back) = Links(simulation);
        var flow = Start(simulation, forth, back, blocks: 100, size: 50_000, slots, sinkRate: 1);
        simulation.Run(simulation.Now + (20 * Simulation.Second));
        Assert.Equal(slots, flow.Receiver.Order.Count);
        Assert.Equal((ulong)slots, flow.Sender.Sender.Blocks.Started);
        Assert.InRange(forth.PassedBytes, slots * 50_000, (slots * 52_000) + 25_000);
    }

    [Fact]
    public void A_lost_credit_is_repeated()
    {
        var simulation = new Simulation(3);
        var (forth, back) = Links(simulation);
        var lost = 0;
        back.Loses = packet => packet.Bytes[0] == (byte)DatagramType.Credit && lost++ % 4 != 3;
        var flow = Start(simulation, forth, back, blocks: 20, size: 50_000, slots: 1);
        simulation.Run(simulation.Now + (60 * Simulation.Second), () => flow.Sender.IsDone);
        Assert.True(flow.Sender.IsDone, $"{flow.Sender.Finished} of 20 blocks");
    }

    [Fact]
    public void A_slow_sink_gets_its_rate_without_repetitions()
    {
        var simulation = new Simulation(4);
        var (forth, back) = Links(simulation);
        var flow = Start(simulation, forth, back, ulong.MaxValue, size: 100_000, slots: 32, sinkRate: Rate / 10);
        simulation.Run(simulation.Now + (3 * Simulation.Second));
        var (before, repeatedBefore, sentBefore) = (flow.Sender.Finished, flow.Sender.Sender.Measure.Repeated, flow.Sender.Sender.Measure.Sent);
        simulation.Run(simulation.Now + (20 * Simulation.Second));
        var share = (flow.Sender.Finished - before) * 100_000 / (Rate / 10 * 20);
        var (repeated, sent) = (flow.Sender.Sender.Measure.Repeated - repeatedBefore, flow.Sender.Sender.Measure.Sent - sentBefore);
        output.WriteLine($"{share:P1} of the sink's rate, {repeated} of {sent} repeated");
        Assert.True(share >= 0.97, $"{share:P1}");
        Assert.True(repeated <= sent / 500.0, $"{repeated} of {sent}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void After_an_outage_of_five_seconds_it_goes_on_within_a_second_and_a_half(bool isFair)
    {
        var simulation = new Simulation(5);
        var (forth, back) = Links(simulation);
        var end = simulation.Now + (8 * Simulation.Second);
        forth.Outage = back.Outage = (simulation.Now + (3 * Simulation.Second), end);
        var flow = Start(simulation, forth, back, ulong.MaxValue, size: 1 << 18, slots: 64, isFair: isFair);
        simulation.Run(end);
        var before = flow.Receiver.NewBytes;
        simulation.Run(end + (3 * Simulation.Second / 2));
        Assert.True(flow.Receiver.NewBytes > before, "nothing came within 1.5 s after the outage");
        simulation.Run(end + (5 * Simulation.Second));
        before = flow.Receiver.NewBytes;
        simulation.Run(end + (15 * Simulation.Second));
        var share = (flow.Receiver.NewBytes - before) / (Rate * 10);
        output.WriteLine($"{share:P1} of the rate between 5 and 15 s after the outage");
        Assert.True(share > (isFair ? 0.8 : 0.7), $"{share:P1}");
    }

    [Fact]
    public void When_the_path_carries_smaller_datagrams_only_it_goes_on_within_five_seconds()
    {
        var simulation = new Simulation(6);
        var (forth, back) = Links(simulation);
        var flow = Start(simulation, forth, back, ulong.MaxValue, size: 1 << 18, slots: 64);
        simulation.Run(simulation.Now + (3 * Simulation.Second));
        Assert.Equal(1472, flow.Sender.Sender.DatagramSize);
        forth.Mtu = 1280;
        simulation.Run(simulation.Now + (5 * Simulation.Second));
        var before = flow.Receiver.NewBytes;
        simulation.Run(simulation.Now + (5 * Simulation.Second));
        var share = (flow.Receiver.NewBytes - before) / (Rate * 5);
        output.WriteLine($"{share:P1} with datagrams of {flow.Sender.Sender.DatagramSize}");
        Assert.Equal(1252, flow.Sender.Sender.DatagramSize);
        Assert.True(share > 0.7, $"{share:P1}");
        Assert.Equal(flow.Receiver.Order.Count, flow.Receiver.Order.Distinct().Count());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_path_that_shrinks_below_the_only_fragment_of_each_block_is_noticed_too(bool isFair)
    {
        var simulation = new Simulation(6);
        var (forth, back) = Links(simulation);
        var flow = Start(simulation, forth, back, ulong.MaxValue, size: 1380, slots: 64, isFair: isFair);
        simulation.Run(simulation.Now + (3 * Simulation.Second));
        Assert.Equal(1472, flow.Sender.Sender.DatagramSize);
        forth.Mtu = 1280;
        simulation.Run(simulation.Now + (5 * Simulation.Second));
        var before = flow.Receiver.NewBytes;
        simulation.Run(simulation.Now + (5 * Simulation.Second));
        Assert.Equal(1252, flow.Sender.Sender.DatagramSize);
        Assert.True(flow.Receiver.NewBytes > before, "nothing comes any more");
    }

    [Theory]
    [InlineData(1400, 1372)]
    [InlineData(1499, 1471)]
    [InlineData(9000, 8972)]
    public void The_search_reaches_the_size_of_the_path(int mtu, int expected)
    {
        var simulation = new Simulation(7);
        var (forth, back) = Links(simulation);
        forth.Mtu = mtu;
        var terms = SimFlow.Terms(simulation) with { Datagram = 1200, MaxDatagram = Math.Min(mtu - 28, 8972) };
        var flow = SimFlow.Start(simulation, forth, back, GoalTests.Fair, terms);
        simulation.Run(simulation.Now + (3 * Simulation.Second));
        Assert.Equal(expected, flow.Sender.Sender.DatagramSize);
    }

    [Fact]
    public void Reordering_is_learnt_and_costs_little()
    {
        var simulation = new Simulation(8);
        var (forth, back) = Links(simulation);
        (forth.Reorder, forth.ReorderDelay) = (0.05, 20 * Simulation.Millisecond);
        var flow = Start(simulation, forth, back, ulong.MaxValue, size: 1 << 18, slots: 64);
        simulation.Run(simulation.Now + (3 * Simulation.Second));
        var (before, repeated, sent) = (flow.Receiver.NewBytes, flow.Sender.Sender.Measure.Repeated, flow.Sender.Sender.Measure.Sent);
        simulation.Run(simulation.Now + (10 * Simulation.Second));
        var share = (flow.Receiver.NewBytes - before) / (Rate * 10);
        var spurious = (flow.Sender.Sender.Measure.Repeated - repeated) / (double)(flow.Sender.Sender.Measure.Sent - sent);
        output.WriteLine($"{share:P1}, {spurious:P2} repeated");
        Assert.True(share >= 0.85, $"{share:P1}");
        Assert.True(spurious <= 0.01, $"{spurious:P2}");
    }

    [Fact]
    public void The_receiver_refuses_a_block_beyond_the_credit()
    {
        var blocks = new IncomingBlocks(1000, 2);
        Assert.All(new ulong[] { 2, DatagramLimits.MaxSpread, ulong.MaxValue }, beyond => Assert.Throws<ProtocolException>(() => blocks.TryPlace(Header(beyond), 8, 0, out _)));
        Assert.Equal(0, blocks.InUse); // there was room, but no leave
        Assert.True(blocks.TryPlace(Header(0), 8, 0, out _));
        Assert.True(blocks.TryPlace(Header(1), 8, 0, out _));
        Assert.Throws<ProtocolException>(() => blocks.TryPlace(Header(2), 8, 0, out _));
        blocks.Finish(1, isDamaged: false);
        Assert.Equal((0UL, 3UL), (blocks.Floor, blocks.Limit));
        Assert.True(blocks.TryPlace(Header(2), 8, 0, out _));
        Assert.False(blocks.TryPlace(Header(1), 8, 0, out _)); // finished
        Assert.Throws<ProtocolException>(() => blocks.TryPlace(Header(3), 8, 0, out _));

        static DataHeader Header(ulong block) => new(default, block, 0, 8);
    }

    [Fact]
    public void The_sender_refuses_a_credit_and_an_ack_of_what_it_has_not_sent()
    {
        var blocks = new OutgoingBlocks(1000);
        blocks.Submit(100);
        Assert.Throws<ProtocolException>(() => blocks.OnCredit(new DatagramCredit(1, 5, 1, 0, 0, 0), []));
        Assert.Throws<ProtocolException>(() => blocks.OnCredit(new DatagramCredit(1, 5, 0, 0, 1, 0), DatagramSamples.Packed(new DatagramRange(0, 1))));
        Assert.Equal(0UL, blocks.Floor);
    }

    [Fact]
    public void More_damaged_blocks_than_a_credit_names_are_all_reported()
    {
        var simulation = new Simulation(9);
        var (forth, back) = Links(simulation);
        var flow = SimFlow.Start(simulation, forth, back, GoalTests.Fair, blocks: 200, blockSize: _ => 2000, slots: 128, isDamaged: _ => true);
        simulation.Run(simulation.Now + (20 * Simulation.Second), () => flow.Sender.IsDone);
        Assert.Equal(Enumerable.Range(0, 200).Select(i => (ulong)i), flow.Sender.Damaged.Order());
    }

    private static (ulong Block, int Offset)? Fragment(SimPacket packet) =>
        packet.Bytes[0] == (byte)DatagramType.Data ? (BitConverter.ToUInt64(packet.Bytes, 16), BitConverter.ToInt32(packet.Bytes, 24)) : null;

    private static (SimLink Forth, SimLink Back) Links(Simulation simulation) =>
        (new SimLink(simulation) { Rate = Rate, Delay = Delay, Queue = Rate * 2 * Delay / 1e9 }, new SimLink(simulation) { Rate = Rate, Delay = Delay });

    private static SimFlow Start(
        Simulation simulation, SimLink forth, SimLink back, ulong blocks, int size, int slots, double sinkRate = 0, bool isFair = true) =>
        SimFlow.Start(
            simulation, forth, back, terms => isFair ? GoalTests.Fair(terms) : new FixedControl(Rate * 0.8, terms.Datagram), blocks: blocks, blockSize: _ => size, slots: slots, sinkRate: sinkRate);
}
