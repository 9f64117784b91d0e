using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// What has become of the blocks that one lane brought, and what the sender was told of it. Blocks may be consumed out of order;
/// an acknowledgement speaks of all below an index.
/// </summary>
/// <param name="lane">Where acknowledgements go.</param>
/// <param name="every">Consumed blocks that make one acknowledgement.</param>
internal sealed class LaneBook(ILane lane, int every)
{
    private readonly bool[] _consumed = new bool[Limits.MaxWindow * 2];
    private readonly Lock _lock = new();
    private ulong _received;
    private ulong _prefix;
    private ulong _told;

    /// <summary>A block has come; gives its index. Called by the one thread that receives.</summary>
    public ulong Receive()
    {
        lock (_lock)
        {
            if (_received - _prefix == (ulong)_consumed.Length)
            {
                ProtocolException.Throw("more blocks than the window allows");
            }

            return _received++;
        }
    }

    /// <summary>The sink has it.</summary>
    public void Consume(ulong index)
    {
        lock (_lock)
        {
            _consumed[index % (ulong)_consumed.Length] = true;
            while (_prefix < _received && _consumed[_prefix % (ulong)_consumed.Length])
            {
                _consumed[_prefix++ % (ulong)_consumed.Length] = false;
            }

            if (_prefix - _told >= (ulong)every)
            {
                _told = _prefix;
                Tell(new LaneAck(AckKind.Consumed, _prefix));
            }
        }
    }

    /// <summary>Its digest is wrong: asks for it again.</summary>
    public void Refuse(ulong index)
    {
        lock (_lock)
        {
            Tell(new LaneAck(AckKind.Damaged, index));
        }

        Consume(index);
    }

    private void Tell(LaneAck ack)
    {
        try
        {
            lane.SendAck(ack);
        }
        catch (IOException)
        {
            // A broken lane is its receiver's to report; the sender sends again what it was not told of.
            lane.Shutdown();
        }
    }
}
