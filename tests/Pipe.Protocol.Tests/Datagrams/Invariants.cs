using Pipe.Protocol.Datagrams;

namespace Pipe.Protocol.Tests.Datagrams;

/// <summary>Must hold for a simulated sender after each of its turns.</summary>
/// <param name="sender">The sender.</param>
/// <param name="window">The most blocks that its driver submits.</param>
internal sealed class SenderInvariants(DatagramSender sender, int window)
{
    private const int Probes = 2;
    private readonly NumberInvariant _numbers = new();

    /// <summary>No number is used twice, by whichever kind of datagram.</summary>
    public void Number(SimPacket packet) => _numbers.Add(packet);

    /// <summary>A batch keeps to the credit as the receiver knows it, to the congestion window but for probes, and to what one call may carry.</summary>
    public void Batch(ReadOnlySpan<DatagramSegment> batch, long inFlightBefore, ulong granted)
    {
        var bytes = 0;
        foreach (var segment in batch)
        {
            Assert.True(segment.Block < granted, $"block {segment.Block} is sent, with credit up to {granted}");
            bytes += segment.Length + sender.Link.DataOverhead;
        }

        var allowed = Math.Max(sender.Congestion.Window - inFlightBefore, 0) + ((Probes + 1) * sender.DatagramSize);
        Assert.True(bytes <= allowed, $"{bytes} bytes are sent, {inFlightBefore} in flight, window {sender.Congestion.Window}");
        Assert.True(bytes <= DatagramLimits.MaxBatchBytes && batch.Length <= DatagramLimits.MaxBatch, $"{batch.Length} datagrams, {bytes} bytes at once");
    }

    /// <summary>No pause is longer than a probe timeout while data are in flight or may be sent; memory is bounded.</summary>
    public void Rest(long pause)
    {
        var mayPause = !sender.Link.IsOpen || (sender.BytesInFlight == 0 && sender.Limit is "source" or "receiver");
        Assert.True(mayPause || pause <= Math.Max(sender.Rtt.ProbeTimeout, DatagramLimits.MaxProbeMilliseconds * Simulation.Millisecond), $"a pause of {pause} ns: {sender.Limit}");
        Assert.True(sender.Outstanding <= window, $"{sender.Outstanding} blocks are kept");
        Assert.True(sender.Tracked <= DatagramLimits.MaxInFlight, $"{sender.Tracked} datagrams are remembered");
        var most = (sender.Outstanding * (long)sender.Blocks.MaxBlock / (DatagramLimits.MinDatagram / 2)) + sender.Tracked + 64;
        Assert.True(sender.Blocks.Queued <= most, $"{sender.Blocks.Queued} ranges wait to be sent again, for {sender.Outstanding} blocks and {sender.Tracked} datagrams");
    }
}

/// <summary>Must hold for a simulated receiver after each of its turns.</summary>
internal sealed class ReceiverInvariants(DatagramReceiver receiver)
{
    private readonly NumberInvariant _numbers = new();
    private long _ackAt = -Simulation.Second;

    /// <summary>No number is used twice, and there is at most one Ack in a millisecond.</summary>
    public void Control(SimPacket packet, long now)
    {
        _numbers.Add(packet);
        if (packet.Bytes[0] == (byte)DatagramType.Ack)
        {
            Assert.True(now - _ackAt >= Simulation.Millisecond, $"an Ack {now - _ackAt} ns after the last");
            _ackAt = now;
        }
    }

    /// <summary>Every slot in use holds a block that has not been finished; memory is bounded.</summary>
    /// <param name="open">Blocks that have begun and are not finished, as the driver counts them.</param>
    public void Rest(int open)
    {
        Assert.Equal(open, receiver.Blocks.InUse);
        Assert.True(open <= receiver.Blocks.Slots, $"{open} blocks in {receiver.Blocks.Slots} slots");
        Assert.True(receiver.Link.Received.Count <= DatagramLimits.MaxRanges);
        Assert.True(receiver.Blocks.Limit - receiver.Blocks.Floor <= DatagramLimits.MaxSpread);
    }
}

/// <summary>The numbers of one direction only rise.</summary>
internal sealed class NumberInvariant
{
    private ulong _next;

    public void Add(SimPacket packet)
    {
        if (packet.Bytes[0] is < (byte)DatagramType.Data or > (byte)DatagramType.Close)
        {
            return; // Hello and Welcome have none
        }

        var number = BitConverter.ToUInt64(packet.Bytes, 8);
        Assert.True(number >= _next, $"number {number} is used again, or late: the next is {_next}");
        _next = number + 1;
    }
}
