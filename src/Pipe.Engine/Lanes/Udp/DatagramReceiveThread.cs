using Pipe.Linux;
using Pipe.Protocol;
using Pipe.Protocol.Datagrams;

namespace Pipe.Engine;

/// <summary>A block that has arrived completely.</summary>
/// <param name="Index">The index on its lane.</param>
/// <param name="Slab">Holds BlockHeader and payload.</param>
/// <param name="Size">Bytes of header and payload.</param>
internal readonly record struct WholeBlock(ulong Index, Slab Slab, int Size);

/// <summary>The receiving end: puts fragments in place in any order, and hands on complete blocks.</summary>
internal sealed class DatagramReceiveThread : DatagramThread
{
    private readonly DatagramReceiver _receiver;
    private readonly Slab?[] _open;
    private readonly short[] _slotOf = new short[DatagramLimits.MaxSpread];
    private readonly BlockQueue<WholeBlock> _whole;
    private readonly BlockQueue<FinishedBlock> _finished;
    private readonly SlabPool _slabs;
    private long _arrived;
    private long _silence;

    /// <param name="socket">The socket; owned by this object from here on.</param>
    /// <param name="link">The link; owned by this object from here on.</param>
    /// <param name="paths">The candidate paths to the peer.</param>
    /// <param name="terms">The terms of the session.</param>
    /// <param name="datagrams">The terms of the connection.</param>
    public DatagramReceiveThread(UdpSocket socket, DatagramLink link, DatagramPaths paths, LaneTerms terms, DatagramTerms datagrams)
        : base(socket, link, paths, terms.Offer.TimeoutSeconds)
    {
        Window = UdpTransport.WindowOf(terms);
        _open = new Slab?[Window];
        _whole = new BlockQueue<WholeBlock>(Window);
        _finished = new BlockQueue<FinishedBlock>(Window);
        _slabs = new SlabPool(Window, terms.Offer.Terms.Block);
        _receiver = new DatagramReceiver(link, datagrams, Window);
    }

    /// <summary>The receive window in blocks.</summary>
    public int Window { get; }

    /// <summary>Bytes received, and milliseconds since the last.</summary>
    public LaneMeasure Measure => new(0, 0, Volatile.Read(ref _arrived), 0, 0, Volatile.Read(ref _silence));

    /// <summary>Waits for a complete block; false once the connection has ended.</summary>
    public bool Take(out WholeBlock block) => _whole.Take(out block);

    /// <summary>Records that the sink has the block, or that it is damaged. Any thread, any time.</summary>
    public void Finish(ulong index, bool isDamaged)
    {
        if (_finished.TryAdd(new FinishedBlock(index, isDamaged)))
        {
            Wake();
        }
    }

    protected override void OnDatagram(Span<byte> datagram, ulong path, long now)
    {
        if (!_receiver.OnDatagram(datagram, path, now, out var fragment))
        {
            return;
        }

        ref var slab = ref _open[fragment.Slot];
        if (fragment.Opens)
        {
            slab = _slabs.Rent() ?? throw new IOException("the lane is closed");
            _slotOf[fragment.Block % DatagramLimits.MaxSpread] = (short)fragment.Slot;
        }

        datagram.Slice(fragment.At, fragment.Length).CopyTo(slab!.Framed(BlockHeader.Size, slab.Capacity)[fragment.Offset..]);
        _arrived += fragment.Length;
        if (fragment.Completes)
        {
            _whole.TryAdd(new WholeBlock(fragment.Block, slab, fragment.BlockSize));
            slab = null;
        }
    }

    protected override void Work(long now)
    {
        while (_finished.TryTake(out var block))
        {
            _receiver.Finish(_slotOf[block.Block % DatagramLimits.MaxSpread], block.IsDamaged, now);
        }

        _receiver.OnDrops(Overflowed);
        Volatile.Write(ref _silence, (now - HeardAt) / 1_000_000);
    }

    protected override int Control(long now, Span<byte> to, out ulong path) => _receiver.Control(now, to, out path);

    protected override long NextTimeout(long now) => _receiver.NextTimeout;

    protected override void LetGo()
    {
        _slabs.Dispose();
        _whole.Close();
        _finished.Close();
    }

    protected override void Free()
    {
        foreach (var slab in _open)
        {
            slab?.Return();
        }
    }
}
