using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

/// <summary>The simulated behaviour of a link. All counts are per link.</summary>
/// <param name="Seed">Seed of all random choices.</param>
/// <param name="Capacity">Blocks that may be in flight.</param>
/// <param name="BreakAfterBlocks">The link breaks after that many blocks; -1: never.</param>
/// <param name="BreakAfterAcks">The link breaks after that many acknowledgements; -1: never.</param>
/// <param name="DeliversAfterBreak">Whether blocks in flight still arrive after the break.</param>
/// <param name="DamagePercent">Percentage of blocks that arrive with a flipped bit.</param>
/// <param name="LagPercent">Percentage of calls that are delayed.</param>
/// <param name="IsShuffled">Whether blocks and acknowledgements arrive in random order.</param>
internal sealed record Weather(
    int Seed,
    int Capacity = 8,
    int BreakAfterBlocks = -1,
    int BreakAfterAcks = -1,
    bool DeliversAfterBreak = true,
    int DamagePercent = 0,
    int LagPercent = 0,
    bool IsShuffled = false);

/// <summary>Both ends of a lane in memory: blocks go one way and acknowledgements the other, until the link breaks.</summary>
internal sealed class MemoryLink
{
    private readonly int _number;
    private readonly Weather _weather;
    private readonly object _gate = new();
    private readonly List<(ulong Index, BlockHeader Header, byte[] Payload)> _blocks = [];
    private readonly List<LaneAck> _acks = [];
    private readonly LaneTraits _traits;
    private readonly Random _sending;
    private readonly Random _receiving;
    private readonly Random _acking;
    private readonly Action<BlockHeader>? _onSend;
    private int _blocksSent;
    private int _acksSent;
    private bool _isBroken;
    private long _payloadSent;
    private int _flipped;

    /// <param name="number">Number of the lane.</param>
    /// <param name="weather">Behaviour of the link.</param>
    /// <param name="onSend">Called with every header sent, on the sender's thread.</param>
    public MemoryLink(int number, Weather weather, Action<BlockHeader>? onSend = null)
    {
        _number = number;
        _weather = weather;
        _onSend = onSend;
        _traits = new LaneTraits(number == 0 ? Limits.InlineWindow : 1024) { IsControl = number == 0, IsUnordered = weather.IsShuffled };
        _sending = new Random(weather.Seed);
        _receiving = new Random(weather.Seed + 1);
        _acking = new Random(weather.Seed + 2);
        Sender = new SendingEnd(this);
        Receiver = new ReceivingEnd(this);
    }

    public ILane Sender { get; }

    public ILane Receiver { get; }

    public int Number => _number;

    public long PayloadSent => Volatile.Read(ref _payloadSent);

    /// <summary>Blocks that were delivered with a flipped bit.</summary>
    public int Flipped => Volatile.Read(ref _flipped);

    public override string ToString()
    {
        lock (_gate)
        {
            return $"{_number}{(_isBroken ? " broken" : "")}, {_blocksSent} sent, {_blocks.Count} under way, {_acksSent} acks sent, {_acks.Count} under way";
        }
    }

    public void Break()
    {
        lock (_gate)
        {
            _isBroken = true;
            _acks.Clear();
            if (!_weather.DeliversAfterBreak)
            {
                _blocks.Clear();
            }

            Monitor.PulseAll(_gate);
        }
    }

    private void Lag(Random random)
    {
        if (random.Next(100) < _weather.LagPercent)
        {
            Thread.Sleep(random.Next(3) == 0 ? 1 : 0);
        }
    }

    private IOException Broken() => new($"lane {_number}: broken");

    private ulong Send(in BlockHeader header, Slab slab)
    {
        Lag(_sending);
        _onSend?.Invoke(header);
        var payload = slab.Payload[..header.Length].ToArray();
        lock (_gate)
        {
            while (_blocks.Count >= _weather.Capacity && !_isBroken)
            {
                Monitor.Wait(_gate);
            }

            if (_isBroken)
            {
                throw Broken();
            }

            var index = (ulong)_blocksSent;
            _blocks.Add((index, header, payload));
            _payloadSent += header.Length;
            Monitor.PulseAll(_gate);
            if (++_blocksSent == _weather.BreakAfterBlocks)
            {
                Break();
            }

            return index;
        }
    }

    private Arrival Receive(Slab slab, out BlockHeader header, out ulong index)
    {
        Lag(_receiving);
        byte[] payload;
        lock (_gate)
        {
            while (_blocks.Count == 0 && !_isBroken)
            {
                Monitor.Wait(_gate);
            }

            if (!TryTake(_blocks, _receiving, out var block))
            {
                (header, index) = (default, 0);
                return _receiving.Next(2) == 0 ? Arrival.End : throw Broken();
            }

            (index, header, payload) = block;
            Monitor.PulseAll(_gate);
        }

        payload.CopyTo(slab.Payload);
        if (header.Type == BlockType.Data && _receiving.Next(100) < _weather.DamagePercent)
        {
            _flipped++;
            if (_receiving.Next(2) == 0)
            {
                header = default;
                return Arrival.Damaged;
            }

            slab.Payload[_receiving.Next(payload.Length)] ^= (byte)(1 << _receiving.Next(8));
        }

        return Arrival.Block;
    }

    /// <summary>Removes the oldest item; if shuffled, a random one.</summary>
    private bool TryTake<T>(List<T> underWay, Random random, out T? taken)
    {
        taken = default;
        if (underWay.Count == 0)
        {
            return false;
        }

        var at = _weather.IsShuffled ? random.Next(underWay.Count) : 0;
        taken = underWay[at];
        underWay.RemoveAt(at);
        return true;
    }

    private void SendAck(LaneAck ack)
    {
        lock (_gate)
        {
            if (_isBroken)
            {
                throw Broken();
            }

            _acks.Add(ack);
            Monitor.PulseAll(_gate);
            if (++_acksSent == _weather.BreakAfterAcks)
            {
                Break();
            }
        }
    }

    private bool ReceiveAck(out LaneAck ack)
    {
        lock (_gate)
        {
            while (_acks.Count == 0 && !_isBroken)
            {
                Monitor.Wait(_gate);
            }

            return TryTake(_acks, _acking, out ack);
        }
    }

    private sealed class SendingEnd(MemoryLink link) : ILane
    {
        public LaneId Id => new(link._number, "memory");

        public LaneTraits Traits => link._traits;

        public ulong Send(in BlockHeader header, Slab slab) => link.Send(header, slab);

        public Arrival Receive(Slab slab, out BlockHeader header, out ulong index) => throw new InvalidOperationException("the sending end");

        public void SendAck(LaneAck ack) => throw new InvalidOperationException("the sending end");

        public bool ReceiveAck(out LaneAck ack) => link.ReceiveAck(out ack);

        public LaneMeasure Measure() => default;

        public void Shutdown() => link.Break();

        public void Dispose() => link.Break();
    }

    private sealed class ReceivingEnd(MemoryLink link) : ILane
    {
        public LaneId Id => new(link._number, "memory");

        public LaneTraits Traits => link._traits;

        public ulong Send(in BlockHeader header, Slab slab) => throw new InvalidOperationException("the receiving end");

        public Arrival Receive(Slab slab, out BlockHeader header, out ulong index) => link.Receive(slab, out header, out index);

        public void SendAck(LaneAck ack) => link.SendAck(ack);

        public bool ReceiveAck(out LaneAck ack) => throw new InvalidOperationException("the receiving end");

        public LaneMeasure Measure() => default;

        public void Shutdown() => link.Break();

        public void Dispose() => link.Break();
    }
}
