using Pipe.Linux;
using Pipe.Protocol;
using Pipe.Protocol.Datagrams;

namespace Pipe.Engine;

/// <summary>
/// The sending end: keeps each block until the receiver has finished with it, and builds datagrams from the blocks; without encryption it does not copy
/// them.
/// </summary>
internal sealed class DatagramSendThread : DatagramThread
{
    /// <summary>Maximum number of blocks that wait for their first datagram: more would only take memory.</summary>
    private const int Ahead = 8;

    private readonly DatagramSender _sender;
    private readonly DatagramBatch _batch = new(DatagramLimits.MaxBatch, 2 * DatagramLimits.MaxBatchBytes);
    private readonly DatagramSegment[] _segments = new DatagramSegment[DatagramLimits.MaxBatch];
    private readonly BlockQueue<(Slab Slab, int Length)> _blocks;
    private readonly BlockQueue<FinishedBlock> _verdicts;
    private readonly Slab?[] _kept = new Slab?[DatagramLimits.MaxSpread];
    private readonly SlabPool _slabs;
    private readonly LimitTimes _limits = new();
    private readonly Lock _measuring = new();
    private readonly object _sending = new();
    private readonly LaneTerms _terms;
    private readonly bool _isClear;
    private LaneMeasure _measure;
    private ulong _next;
    private ulong _started;
    private bool _isClosed;

    /// <param name="socket">The socket; owned by this object from here on.</param>
    /// <param name="link">The link; owned by this object from here on.</param>
    /// <param name="paths">The candidate paths to the peer.</param>
    /// <param name="terms">The terms of the session.</param>
    /// <param name="datagrams">The terms of the connection.</param>
    public DatagramSendThread(UdpSocket socket, DatagramLink link, DatagramPaths paths, LaneTerms terms, DatagramTerms datagrams)
        : base(socket, link, paths, terms.Offer.TimeoutSeconds)
    {
        (_terms, _isClear) = (terms, datagrams.Protection == Protection.Clear);
        Window = UdpTransport.WindowOf(terms);
        _blocks = new BlockQueue<(Slab, int)>(Window);
        _verdicts = new BlockQueue<FinishedBlock>(Window);
        _slabs = new SlabPool(Window, terms.Offer.Terms.Block);
        _sender = new DatagramSender(link, datagrams, UdpTransport.ControlOf(terms, datagrams)) { Window = Window };
    }

    /// <summary>The send window in blocks.</summary>
    public int Window { get; }

    public LaneMeasure Measure
    {
        get
        {
            lock (_measuring)
            {
                return _measure;
            }
        }
    }

    /// <summary>Takes a copy of the block once the earlier ones are in flight; false if the connection has ended. Single-threaded.</summary>
    public bool TrySubmit(in BlockHeader header, Slab slab, out ulong index)
    {
        index = _next;
        if (!AwaitTurn() || _slabs.Rent() is not { } copy)
        {
            return false;
        }

        header.Write(copy.Framed(BlockHeader.Size, 0));
        slab.Payload[..header.Length].CopyTo(copy.Payload);
        if (!_blocks.TryAdd((copy, BlockHeader.Size + header.Length)))
        {
            copy.Return();
            return false;
        }

        _next++;
        Wake();
        return true;
    }

    /// <summary>Waits for a block that the receiver has finished with; false once the connection has ended.</summary>
    public bool TakeVerdict(out FinishedBlock block) => _verdicts.Take(out block);

    protected override void OnOpen(SocketName there)
    {
        var (size, max) = UdpTransport.SizesTo(there, _terms.Datagrams.Mtu);
        _sender.UseRoute(size, max);
    }

    protected override void OnDatagram(Span<byte> datagram, ulong path, long now) => _sender.OnDatagram(datagram, path, now);

    protected override void Work(long now)
    {
        while (_sender.TryTakeFinished(out var block))
        {
            ref var kept = ref _kept[block.Block % DatagramLimits.MaxSpread];
            kept!.Return();
            kept = null;
            _verdicts.TryAdd(block);
        }

        if (_sender.NextTimeout(now) <= now)
        {
            _sender.OnTimeout(now);
        }

        while (_sender.CanSubmit && _blocks.TryTake(out var block))
        {
            _kept[_sender.Submit(block.Length) % DatagramLimits.MaxSpread] = block.Slab;
        }

        Publish(now);
        LetSubmit(_sender.Blocks.Started);
    }

    protected override int Control(long now, Span<byte> to, out ulong path) => _sender.Control(now, to, out path);

    protected override long NextTimeout(long now) => _sender.NextTimeout(now);

    protected override bool SendData(long now)
    {
        for (var count = _sender.NextBatch(now, _segments); count > 0; count = _sender.NextBatch(now, _segments))
        {
            _batch.Clear();
            foreach (ref readonly var segment in _segments.AsSpan(0, count))
            {
                Add(segment);
            }

            var result = Send(_batch);
            if (result.Failure == SendFailure.Full)
            {
                _sender.Return(_segments.AsSpan(result.Sent, count - result.Sent));
                return false;
            }
        }

        return true;
    }

    protected override void LetGo()
    {
        _blocks.Close();
        lock (_sending)
        {
            _isClosed = true;
            Monitor.PulseAll(_sending);
        }

        _slabs.Dispose();
        _verdicts.Close();
    }

    protected override void Free()
    {
        _batch.Dispose();
        foreach (var kept in _kept)
        {
            kept?.Return();
        }

        while (_blocks.TryTake(out var block))
        {
            block.Slab.Return();
        }
    }

    private bool AwaitTurn()
    {
        lock (_sending)
        {
            while (!_isClosed && _next - _started >= Ahead)
            {
                Monitor.Wait(_sending);
            }

            return !_isClosed;
        }
    }

    private void LetSubmit(ulong started)
    {
        if (started == _started)
        {
            return;
        }

        lock (_sending)
        {
            _started = started;
            Monitor.PulseAll(_sending);
        }
    }

    private void Add(in DatagramSegment segment)
    {
        var slab = _kept[segment.Block % DatagramLimits.MaxSpread]!;
        if (_isClear)
        {
            Link.WriteData(segment, _batch.Begin(Link.DataPrefix));
            _batch.Append(slab, BlockHeader.Size, segment.Offset, segment.Length);
        }
        else
        {
            var payload = slab.Framed(BlockHeader.Size, slab.Capacity).Slice(segment.Offset, segment.Length);
            Link.WriteData(segment, payload, _batch.Begin(Link.DataOverhead + segment.Length));
        }
    }

    private void Publish(long now)
    {
        _limits.Add(Link.IsOpen ? _sender.Limit : "", now);
        lock (_measuring)
        {
            _measure = new LaneMeasure(
                _sender.Rtt.HasSample ? _sender.Rtt.Min / 1000 : 0,
                _sender.Rtt.HasSample ? _sender.Rtt.Smoothed / 1000 : 0,
                _sender.Measure.ArrivedBytes,
                _limits.Busy / 1000,
                _limits.Of("receiver") / 1000,
                (now - HeardAt) / 1_000_000,
                _sender.Measure.Lost * _sender.DatagramSize)
            {
                Brakes = _sender.Congestion is FixedControl { Brakes: var brakes } ? brakes : 0,
                Limit = DatagramBottleneck.Of(_limits.Largest().Cause, _sender.Measure.Drops, _sender.Measure.Sent, IsSleepless),
            };
        }
    }
}
