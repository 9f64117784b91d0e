using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Lane 0: blocks inside the control channel. Its window is small and fixed, so that the channel's reader never waits for a block and control messages
/// are not held up.
/// </summary>
internal sealed class ControlLane(ControlChannel control, int blockSize) : ILane
{
    private readonly SlabPool _slabs = new(Limits.InlineWindow + 2, blockSize);
    private readonly Queue<(BlockHeader Header, Slab Slab)> _blocks = new(Limits.InlineWindow + 1);
    private readonly Queue<LaneAck> _acks = new(Limits.InlineWindow + 1);
    private bool _isShut;
    private ulong _sent;
    private ulong _arrived;

    public LaneId Id { get; } = new(0, "control");

    public LaneTraits Traits { get; } = new(Limits.InlineWindow) { IsControl = true };

    public ulong Send(in BlockHeader header, Slab slab)
    {
        var framed = slab.Framed(Frame.Size + BlockHeader.Size, header.Length);
        header.Write(framed[Frame.Size..]);
        control.SendInPlace(MessageType.Block, framed);
        return _sent++;
    }

    /// <summary>Called by the reader of the control channel. Refuses a peer that exceeds the window.</summary>
    public void Deliver(ReadOnlySpan<byte> payload)
    {
        var header = BlockHeader.Read(payload, blockSize);
        var bytes = payload[BlockHeader.Size..];
        if (bytes.Length != header.Length)
        {
            ProtocolException.Throw($"block: {bytes.Length} bytes of payload instead of {header.Length}");
        }

        lock (_blocks)
        {
            if (_blocks.Count > Limits.InlineWindow)
            {
                ProtocolException.Throw($"more than {Limits.InlineWindow} blocks inside the control channel");
            }

            if (_isShut || _slabs.Rent() is not { } slab)
            {
                return;
            }

            bytes.CopyTo(slab.Payload);
            _blocks.Enqueue((header, slab));
            Monitor.PulseAll(_blocks);
        }
    }

    public void Deliver(LaneAck ack)
    {
        lock (_blocks)
        {
            if (_acks.Count > 2 * Limits.InlineWindow)
            {
                ProtocolException.Throw("more acknowledgements than blocks");
            }

            _acks.Enqueue(ack);
            Monitor.PulseAll(_blocks);
        }
    }

    public Arrival Receive(Slab slab, out BlockHeader header, out ulong index)
    {
        lock (_blocks)
        {
            while (!_isShut)
            {
                if (_blocks.TryDequeue(out var block))
                {
                    header = block.Header;
                    if (header.Length > slab.Capacity)
                    {
                        ProtocolException.Throw($"a block of {header.Length} bytes, {slab.Capacity} were agreed on");
                    }

                    block.Slab.Payload[..header.Length].CopyTo(slab.Payload);
                    block.Slab.Return();
                    index = _arrived++;
                    return Arrival.Block;
                }

                Monitor.Wait(_blocks);
            }
        }

        (header, index) = (default, 0);
        return Arrival.End;
    }

    public void SendAck(LaneAck ack) => control.Send(ack);

    public bool ReceiveAck(out LaneAck ack)
    {
        lock (_blocks)
        {
            // Acknowledgements received before the end are still delivered.
            while (!_acks.TryDequeue(out ack))
            {
                if (_isShut)
                {
                    return false;
                }

                Monitor.Wait(_blocks);
            }
        }

        return true;
    }

    /// <summary>Nothing is known: ssh does not report measures.</summary>
    public LaneMeasure Measure() => default;

    public void Shutdown()
    {
        lock (_blocks)
        {
            _isShut = true;
            Monitor.PulseAll(_blocks);
        }
    }

    public void Dispose()
    {
        lock (_blocks)
        {
            Shutdown();
            while (_blocks.TryDequeue(out var block))
            {
                block.Slab.Return();
            }
        }

        _slabs.Dispose();
    }
}
