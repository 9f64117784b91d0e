using Pipe.Protocol.Datagrams;

namespace Pipe.Protocol.Tests.Datagrams;

/// <summary>Drives a <see cref="DatagramSender"/> as a datagram thread does, with a source of blocks.</summary>
internal sealed class SimSender : ISimHost
{
    private readonly Simulation _simulation;
    private readonly SimLink _link;
    private readonly DatagramSegment[] _batch = new DatagramSegment[DatagramLimits.MaxBatch];
    private readonly int _window;

    private readonly SenderInvariants _invariants;

    public SimSender(Simulation simulation, SimLink link, DatagramSender sender, int window)
    {
        (_simulation, _link, Sender, _window, _invariants) = (simulation, link, sender, window, new SenderInvariants(sender, window));
        simulation.Wake(this, simulation.Now + 1);
    }

    public DatagramSender Sender { get; }

    public ISimHost? Peer { get; set; }

    /// <summary>Sizes of the blocks to send, by index; null for a source that never ends.</summary>
    public Func<ulong, int>? BlockSize { get; init; }

    public ulong Blocks { get; init; } = ulong.MaxValue;

    /// <summary>Bytes a second that the source supplies, in blocks of 1 MiB; 0 for no limit.</summary>
    public double SourceRate { get; init; }

    /// <summary>Writes real bytes, so that the receiver can check them.</summary>
    public bool WritesBytes { get; init; }

    /// <summary>Where the peer sees this side.</summary>
    public ulong Path { get; set; } = 1;

    /// <summary>Blocks below this index may be sent, as the receiver knows it.</summary>
    public Func<ulong> Granted { get; set; } = () => ulong.MaxValue;

    /// <summary>The share of batches of which the socket takes only a part.</summary>
    public double Refusal { get; set; }

    public ulong Finished { get; private set; }

    public List<ulong> Damaged { get; } = [];

    public bool IsDone => Finished == Blocks;

    public void OnPacket(SimPacket packet, long now)
    {
        Sender.OnDatagram(packet.Bytes.AsSpan(0, packet.Length), packet.Path, now);
        while (Sender.TryTakeFinished(out var block))
        {
            Finished++;
            if (block.IsDamaged)
            {
                Damaged.Add(block.Block);
            }
        }

        Turn(now);
    }

    public void OnTimer(long now)
    {
        Sender.OnTimeout(now);
        Turn(now);
    }

    public static byte ByteAt(ulong block, int offset) => (byte)((block * 131) + (ulong)(offset * 7) + ((ulong)offset >> 8));

    private void Turn(long now)
    {
        while (Sender.Blocks.Next < Blocks && Sender.Outstanding < _window && now >= NextBlock)
        {
            Sender.Submit(BlockSize?.Invoke(Sender.Blocks.Next) ?? 1 << 20);
        }

        var (packet, turns) = (_simulation.Take(), 0);
        while (Sender.Control(now, packet.Bytes, out _) is var length && length > 0)
        {
            Simulation.Bound(ref turns);
            Send(packet, length, now);
            packet = _simulation.Take();
        }

        _simulation.Drop(packet);
        var isRefused = false;
        while (!isRefused && NextBatch(now) is var count && count > 0)
        {
            Simulation.Bound(ref turns);
            isRefused = Refusal > 0 && _simulation.Random.NextDouble() < Refusal;
            var taken = isRefused ? _simulation.Random.Next(count) : count;
            foreach (var segment in _batch.AsSpan(0, taken))
            {
                SendData(segment, now);
            }

            Sender.Return(_batch.AsSpan(taken, count - taken));
        }

        var next = Sender.NextTimeout(now);
        _invariants.Rest(next - now);
        next = NextBlock > now ? Math.Min(next, NextBlock) : next;
        _simulation.Wake(this, isRefused ? Math.Min(next, now + Simulation.Millisecond) : next);
    }

    private long NextBlock => SourceRate > 0 ? (long)(Sender.Blocks.Next * (1 << 20) / SourceRate * 1e9) : 0;

    private int NextBatch(long now)
    {
        var before = Sender.BytesInFlight;
        var count = Sender.NextBatch(now, _batch);
        _invariants.Batch(_batch.AsSpan(0, count), before, Granted());
        return count;
    }

    private void SendData(in DatagramSegment segment, long now)
    {
        var packet = _simulation.Take();
        if (!WritesBytes)
        {
            Sender.Link.WriteData(segment, packet.Bytes);
            Send(packet, Sender.Link.DataOverhead + segment.Length, now);
            return;
        }

        var payload = new byte[segment.Length];
        for (var i = 0; i < payload.Length; i++)
        {
            payload[i] = ByteAt(segment.Block, segment.Offset + i);
        }

        Send(packet, Sender.Link.WriteData(segment, payload, packet.Bytes), now);
    }

    private void Send(SimPacket packet, int length, long now)
    {
        _invariants.Number(packet);
        (packet.Length, packet.Path, packet.To) = (length, Path, Peer);
        _link.Send(packet, now);
    }
}
