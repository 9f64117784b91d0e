using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests.Lanes;

/// <summary>A lane that holds a few blocks and acknowledgements back and passes them on in any order.</summary>
internal sealed class ShuffledLane : ILane
{
    private const int MostHeld = 6;
    private const int AcksHeld = 3;
    private static readonly TimeSpan Hold = TimeSpan.FromMilliseconds(10);
    private readonly ShuffledTransport _transport;
    private readonly ILane _lane;
    private readonly SlabPool _slabs;
    private readonly Random _random;
    private readonly object _gate = new();
    private readonly List<(Arrival Arrival, BlockHeader Header, ulong Index, Slab Slab)> _held = [];
    private readonly List<LaneAck> _acks = [];
    private readonly Timer _flush;
    private Thread? _reader;
    private Exception? _cause;
    private ulong _highest;
    private bool _isAtEnd;

    public ShuffledLane(ShuffledTransport transport, ILane lane, int block)
    {
        _transport = transport;
        _lane = lane;
        _slabs = new SlabPool(MostHeld, block);
        _random = new Random(lane.Id.Number);
        _flush = new Timer(_ => Flush());
        Id = new LaneId(lane.Id.Number, transport.Name);
        Traits = lane.Traits with { IsUnordered = true };
    }

    public LaneId Id { get; }

    public LaneTraits Traits { get; }

    public ulong Send(in BlockHeader header, Slab slab) => _lane.Send(header, slab);

    public Arrival Receive(Slab slab, out BlockHeader header, out ulong index)
    {
        if (_reader is null)
        {
            _reader = new Thread(ReadAhead) { IsBackground = true };
            _reader.Start();
        }

        lock (_gate)
        {
            // Enough to choose from, or no more for the moment.
            while (_held.Count < MostHeld - 1 && !_isAtEnd && (Monitor.Wait(_gate, Hold) || _held.Count == 0))
            {
            }

            if (_held.Count == 0)
            {
                (header, index) = (default, 0);
                return _cause is null ? Arrival.End : throw _cause;
            }

            var at = _random.Next(_held.Count);
            (var arrival, header, index, var from) = _held[at];
            _held.RemoveAt(at);
            if (index < _highest)
            {
                _transport.CountEarly();
            }

            _highest = Math.Max(_highest, index);
            from.Payload[..header.Length].CopyTo(slab.Payload);
            from.Return();
            return arrival;
        }
    }

    public void SendAck(LaneAck ack)
    {
        lock (_acks)
        {
            _acks.Add(ack);
            if (_acks.Count < AcksHeld)
            {
                _flush.Change(Hold, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        Flush();
    }

    public bool ReceiveAck(out LaneAck ack) => _lane.ReceiveAck(out ack);

    public LaneMeasure Measure() => _lane.Measure();

    public void Shutdown() => _lane.Shutdown();

    public void Dispose()
    {
        _lane.Shutdown();
        _slabs.Dispose();
        _reader?.Join();
        _flush.Dispose();
        lock (_acks)
        {
            _lane.Dispose();
        }

        _held.ForEach(held => held.Slab.Return());
    }

    private void ReadAhead()
    {
        try
        {
            while (_slabs.Rent() is { } slab)
            {
                var arrival = _lane.Receive(slab, out var header, out var index);
                lock (_gate)
                {
                    if (arrival == Arrival.End)
                    {
                        slab.Return();
                        break;
                    }

                    _held.Add((arrival, header, index, slab));
                    Monitor.PulseAll(_gate);
                }
            }
        }
        catch (Exception e)
        {
            _cause = e;
        }

        lock (_gate)
        {
            _isAtEnd = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Flush()
    {
        try
        {
            lock (_acks)
            {
                var acks = _acks.ToArray();
                _acks.Clear();
                _random.Shuffle(acks);
                foreach (var ack in acks)
                {
                    _lane.SendAck(ack);
                }
            }
        }
        catch (IOException)
        {
            _lane.Shutdown();
        }
    }
}
