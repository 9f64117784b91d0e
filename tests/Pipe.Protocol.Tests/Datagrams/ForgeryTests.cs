using Pipe.Protocol.Datagrams;

namespace Pipe.Protocol.Tests.Datagrams;

/// <summary>
/// Forged, flipped, replayed and random datagrams come in both directions during a transfer, several for each genuine one. The same
/// transfer without them runs beside it: it must not differ in anything.
/// </summary>
public class ForgeryTests
{
    private const int EachWay = 5;

    [Theory]
    [InlineData(Protection.Clear)]
    [InlineData(Protection.Authenticate)]
    [InlineData(Protection.Encrypt)]
    internal void None_of_them_changes_any_state(Protection protection)
    {
        var (quiet, _) = Run(protection, forges: false);
        var (forged, count) = Run(protection, forges: true);
        Assert.InRange(count, 20_000, int.MaxValue);
        Assert.Equal(count, Refused(forged) - Refused(quiet));
        Assert.Equal(StateOf(quiet), StateOf(forged));
        Assert.Equal(quiet.Receiver.Order, forged.Receiver.Order);
    }

    private static long Refused(SimFlow flow) => flow.Sender.Sender.Link.Refused + flow.Receiver.Receiver.Link.Refused;

    /// <summary>Times in microseconds: a turn more of a host rounds the pace anew.</summary>
    private static string StateOf(SimFlow flow)
    {
        var (sender, receiver) = (flow.Sender.Sender, flow.Receiver.Receiver);
        return string.Join(
            ", ",
            $"finished {flow.Sender.Finished} arrived {receiver.Arrived} duplicates {receiver.Duplicates} last {flow.Receiver.LastProgress / 1000} control {flow.Receiver.ControlBytes}",
            $"sent {sender.Measure.Sent} repeated {sender.Measure.Repeated} lost {sender.Measure.Lost} acks {sender.Measure.Acks} rtt {sender.Rtt.Smoothed} rate {sender.Congestion.Rate}",
            $"states {sender.Link.State} {receiver.Link.State} paths {sender.Link.Path} {receiver.Link.Path} numbers {sender.Link.NextNumber} {receiver.Link.NextNumber}");
    }

    private static (SimFlow Flow, long Forged) Run(Protection protection, bool forges)
    {
        var simulation = new Simulation(5);
        var (forth, back) = (new SimLink(simulation) { Delay = 20_000_000 }, new SimLink(simulation) { Delay = 20_000_000 });
        var flow = SimFlow.Start(
            simulation, forth, back, terms => new FixedControl(6_000_000, terms.Datagram), SimFlow.Terms(simulation, protection), blocks: 80, blockSize: _ => 100_000, checksBytes: true);
        var random = new Random(6);
        var forged = 0L;
        if (forges)
        {
            forth.Loses = back.Loses = packet =>
            {
                for (var i = 0; i < EachWay && packet.Bytes[0] is >= (byte)DatagramType.Data and <= (byte)DatagramType.Close; i++)
                {
                    forged++;
                    Forge(simulation, random, packet, protection, (Kind)i);
                }

                return false;
            };
        }

        simulation.Run(simulation.Now + (10 * Simulation.Second), () => flow.Sender.IsDone);
        Assert.True(flow.Sender.IsDone);
        simulation.Run(simulation.Now + Simulation.Second);
        return (flow, forged);
    }

    private static void Forge(Simulation simulation, Random random, SimPacket packet, Protection protection, Kind kind)
    {
        const int elsewhere = 9;
        var copy = simulation.Take();
        (copy.Length, copy.To) = (packet.Length, packet.To);
        packet.Bytes.AsSpan(0, packet.Length).CopyTo(copy.Bytes);

        // The payload of Data in the clear is checked with its block.
        var isClearData = protection == Protection.Clear && packet.Bytes[0] == (byte)DatagramType.Data;
        var guarded = isClearData ? DataHeader.Size + DataHeader.CheckSize : packet.Length;
        switch (kind)
        {
            case Kind.Flipped:
                copy.Bytes[random.Next(guarded)] ^= (byte)(1 << random.Next(8));
                break;
            case Kind.Forged:
                // Another number, as of one who wants to say something new, and a seal or check made up.
                BitConverter.TryWriteBytes(copy.Bytes.AsSpan(8), BitConverter.ToUInt64(copy.Bytes, 8) + (ulong)random.Next(1, 1000));
                break;
            case Kind.Cut:
                copy.Length = Math.Max(0, packet.Length - random.Next(1, packet.Length));
                break;
            case Kind.Random:
                copy.Length = random.Next(1473);
                random.NextBytes(copy.Bytes.AsSpan(0, copy.Length));
                break;
            default:
                break;
        }

        // A copy that comes first would be the genuine one.
        copy.Path = kind == Kind.Replayed ? packet.Path : elsewhere;
        simulation.Deliver(copy, simulation.Now + (kind == Kind.Replayed ? 5 : 1) * (Simulation.Second / 20));
    }

    private enum Kind
    {
        Forged,
        Flipped,
        Replayed,
        Random,
        Cut,
    }
}
