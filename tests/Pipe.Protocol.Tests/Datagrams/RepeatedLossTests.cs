using Pipe.Protocol.Datagrams;
using Xunit.Abstractions;

namespace Pipe.Protocol.Tests.Datagrams;

/// <summary>Loss that is not random, on a link of 100 Mbit/s: at a fixed interval, or of the same bytes again and again. The other datagrams get through.</summary>
public class RepeatedLossTests(ITestOutputHelper output)
{
    private const double Rate = 100e6 / 8;
    private const int Block = 1 << 17;

    [Theory]
    [InlineData(8, 0.8)]
    [InlineData(10, 0.85)]
    [InlineData(100, 0.9)]
    public void Every_so_many_datagrams_are_lost(int every, double goal)
    {
        var count = 0;
        AssertShare(goal, 50, (_, packet) => Fragment(packet) is not null && ++count % every == 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public void The_first_fragment_of_each_block_is_lost_for_a_second(int milliseconds)
    {
        var first = new Dictionary<ulong, long>();
        AssertShare(0.6, milliseconds, (simulation, packet) =>
            Fragment(packet) is { Offset: 0 } fragment
            && (first.TryGetValue(fragment.Block, out var at) ? at : first[fragment.Block] = simulation.Now) > simulation.Now - Simulation.Second);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public void The_first_fragment_of_each_block_is_lost_three_times(int milliseconds)
    {
        var times = new Dictionary<ulong, int>();
        AssertShare(0.75, milliseconds, (_, packet) =>
            Fragment(packet) is { Offset: 0 } fragment && (times[fragment.Block] = times.GetValueOrDefault(fragment.Block) + 1) <= 3);
    }

    /// <summary>At the end a lost fragment goes twice, but not twice as often each time.</summary>
    [Fact]
    public void The_last_fragment_is_repeated_more_and_more_rarely()
    {
        var simulation = new Simulation(3);
        var (forth, back) = Links(simulation, 50);
        var (tries, end) = (0, simulation.Now + (10 * Simulation.Second));
        forth.Loses = packet => Fragment(packet) is { Block: 3, Offset: 0 } && ++tries > 0 && simulation.Now < end;
        var flow = SimFlow.Start(simulation, forth, back, GoalTests.Fair, blocks: 4, blockSize: _ => Block, slots: 8);
        simulation.Run(end + (2 * Simulation.Second), () => flow.Sender.IsDone);
        Assert.True(flow.Sender.IsDone);
        Assert.InRange(tries, 10, 60);
    }

    private void AssertShare(double goal, int milliseconds, Func<Simulation, SimPacket, bool> loses)
    {
        var simulation = new Simulation(5);
        var (forth, back) = Links(simulation, milliseconds);
        forth.Loses = packet => loses(simulation, packet);
        var flow = SimFlow.Start(simulation, forth, back, GoalTests.Fair, blockSize: _ => Block, slots: 256);
        simulation.Run(simulation.Now + (3 * Simulation.Second));
        var before = flow.Receiver.NewBytes;
        simulation.Run(simulation.Now + (15 * Simulation.Second));
        var share = (flow.Receiver.NewBytes - before) / Rate / 15;
        output.WriteLine($"{share:P1}; lost {flow.Sender.Sender.Measure.Lost} of {flow.Sender.Sender.Measure.Sent}");
        Assert.True(share >= goal, $"{share:P1}");
    }

    private static (SimLink Forth, SimLink Back) Links(Simulation simulation, int milliseconds) =>
        (new SimLink(simulation) { Rate = Rate, Delay = milliseconds * Simulation.Millisecond / 2, Queue = Math.Max(Rate * milliseconds / 1000, 60_000) },
         new SimLink(simulation) { Rate = Rate, Delay = milliseconds * Simulation.Millisecond / 2 });

    private static (ulong Block, int Offset)? Fragment(SimPacket packet) =>
        packet.Bytes[0] == (byte)DatagramType.Data ? (BitConverter.ToUInt64(packet.Bytes, 16), BitConverter.ToInt32(packet.Bytes, 24)) : null;
}
