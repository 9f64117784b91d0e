using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Tracks which blocks of one lane have been received and consumed, and acknowledges them. Blocks may arrive and be consumed in any order; over a lane
/// that keeps the order, an acknowledgement covers all blocks below an index.
/// </summary>
/// <param name="lane">Carries the acknowledgements.</param>
/// <param name="every">Number of consumed blocks per acknowledgement over a lane that keeps the order.</param>
internal sealed class AckTracker(ILane lane, int every)
{
    private readonly Place[] _places = new Place[Limits.MaxWindow * 2];
    private readonly Lock _lock = new();
    private ulong _prefix;
    private ulong _told;

    private enum Place : byte
    {
        Expected,
        Received,
        Consumed,
    }

    /// <summary>Records that a block has arrived. Called only by the receiving thread.</summary>
    public void Receive(ulong index)
    {
        lock (_lock)
        {
            if (index >= _prefix + (ulong)_places.Length)
            {
                ProtocolException.Throw("more blocks than the window allows");
            }

            if (index < _prefix || PlaceOf(index) != Place.Expected)
            {
                ProtocolException.Throw($"block {index} of {lane.Id} came twice");
            }

            PlaceOf(index) = Place.Received;
        }
    }

    /// <summary>Records that the sink has the block.</summary>
    public void Consume(ulong index)
    {
        lock (_lock)
        {
            Finish(index);
            if (lane.Traits.IsUnordered)
            {
                Send(new LaneAck(AckKind.Single, index));
            }
        }
    }

    /// <summary>Asks for a block again whose digest is wrong.</summary>
    public void Refuse(ulong index)
    {
        lock (_lock)
        {
            Send(new LaneAck(AckKind.Damaged, index));
            Finish(index);
        }
    }

    /// <summary>Asks for the payload of a kept block whose bytes are others here.</summary>
    public void Lack(ulong index)
    {
        lock (_lock)
        {
            Send(new LaneAck(AckKind.Lacking, index));
            Finish(index);
        }
    }

    private void Finish(ulong index)
    {
        PlaceOf(index) = Place.Consumed;
        while (PlaceOf(_prefix) == Place.Consumed)
        {
            PlaceOf(_prefix++) = Place.Expected;
        }

        if (!lane.Traits.IsUnordered && _prefix - _told >= (ulong)every)
        {
            _told = _prefix;
            Send(new LaneAck(AckKind.Consumed, _prefix));
        }
    }

    private ref Place PlaceOf(ulong index) => ref _places[index % (ulong)_places.Length];

    private void Send(LaneAck ack)
    {
        try
        {
            lane.SendAck(ack);
        }
        catch (IOException)
        {
            // The lane's receiver reports the broken lane; the sender sends unacknowledged blocks again.
            lane.Shutdown();
        }
    }
}
