using Pipe.Protocol.Datagrams;

namespace Pipe.Protocol.Tests.Datagrams;

/// <summary>Drives a <see cref="DatagramReceiver"/> as a datagram thread does, with a sink that consumes at a rate, and checks all that arrives.</summary>
internal sealed class SimReceiver : ISimHost
{
    private readonly Simulation _simulation;
    private readonly SimLink _link;
    private readonly Dictionary<int, (ulong Block, byte[]? Bytes)> _open = [];
    private readonly HashSet<ulong> _whole = [];
    private readonly PriorityQueue<int, long> _sink = new();
    private readonly ReceiverInvariants _invariants;
    private long _sinkFreeAt;

    public SimReceiver(Simulation simulation, SimLink link, DatagramReceiver receiver)
    {
        (_simulation, _link, Receiver, _invariants) = (simulation, link, receiver, new ReceiverInvariants(receiver));
        simulation.Wake(this, simulation.Now + 1);
    }

    public DatagramReceiver Receiver { get; }

    public ISimHost? Peer { get; set; }

    /// <summary>Bytes a second that the sink takes; 0 for all at once.</summary>
    public double SinkRate { get; set; }

    /// <summary>Which blocks the sink finds damaged.</summary>
    public Func<ulong, bool>? IsDamaged { get; init; }

    /// <summary>Compares every byte.</summary>
    public bool ChecksBytes { get; init; }

    public ulong Path { get; set; } = 2;

    public long Bytes { get; private set; }

    /// <summary>Bytes of fragments that were new.</summary>
    public long NewBytes { get; private set; }

    public List<ulong> Order { get; } = [];

    public long LastProgress { get; private set; }

    public long ControlBytes { get; private set; }

    public void OnPacket(SimPacket packet, long now)
    {
        var datagram = packet.Bytes.AsSpan(0, packet.Length);
        if (Receiver.OnDatagram(datagram, packet.Path, now, out var fragment))
        {
            Place(fragment, datagram, now);
        }

        Turn(now);
    }

    public void OnTimer(long now) => Turn(now);

    private void Place(in DatagramFragment fragment, ReadOnlySpan<byte> datagram, long now)
    {
        LastProgress = now;
        NewBytes += fragment.Length;
        if (fragment.Opens)
        {
            Assert.True(_open.TryAdd(fragment.Slot, (fragment.Block, ChecksBytes ? new byte[fragment.BlockSize] : null)), "a slot in use was given away");
        }

        Assert.Equal(fragment.Block, _open[fragment.Slot].Block);
        if (_open[fragment.Slot].Bytes is { } bytes)
        {
            datagram.Slice(fragment.At, fragment.Length).CopyTo(bytes.AsSpan(fragment.Offset));
        }

        if (fragment.Completes)
        {
            Complete(fragment, now);
        }
    }

    private void Complete(in DatagramFragment fragment, long now)
    {
        Assert.True(_whole.Add(fragment.Block), $"block {fragment.Block} was delivered twice");
        if (_open[fragment.Slot].Bytes is { } bytes)
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                if (bytes[i] != SimSender.ByteAt(fragment.Block, i))
                {
                    Assert.Fail($"byte {i} of block {fragment.Block} is wrong");
                }
            }
        }

        Bytes += fragment.BlockSize;
        Order.Add(fragment.Block);
        _sinkFreeAt = Math.Max(now, _sinkFreeAt) + (SinkRate > 0 ? (long)(fragment.BlockSize * 1e9 / SinkRate) : 0);
        _sink.Enqueue(fragment.Slot, _sinkFreeAt);
    }

    private void Turn(long now)
    {
        while (_sink.TryPeek(out var slot, out var at) && at <= now)
        {
            _sink.Dequeue();
            Receiver.Finish(slot, IsDamaged?.Invoke(_open[slot].Block) == true, now);
            _open.Remove(slot);
        }

        _invariants.Rest(_open.Count);
        var (packet, turns) = (_simulation.Take(), 0);
        while (Receiver.Control(now, packet.Bytes, out _) is var length && length > 0)
        {
            Simulation.Bound(ref turns);
            (packet.Length, packet.Path, packet.To) = (length, Path, Peer);
            _invariants.Control(packet, now);
            ControlBytes += length + SimPacket.Headers;
            _link.Send(packet, now);
            packet = _simulation.Take();
        }

        _simulation.Drop(packet);
        _simulation.Wake(this, Math.Min(Receiver.NextTimeout, _sink.TryPeek(out _, out var next) ? next : long.MaxValue));
    }
}
