using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Sorts what comes over a control channel: blocks and acknowledgements to lane 0, the rest into the mailbox.</summary>
/// <param name="mailbox">Of the session.</param>
/// <param name="lane">Of this channel.</param>
/// <param name="relay">Takes the whole channel over once a Resume comes; null where that cannot be.</param>
/// <param name="pinged">Is told what a ping says.</param>
internal sealed class Post(Mailbox mailbox, ControlLane lane, Relay? relay, Action<Ping>? pinged = null)
{
    private bool _isOffered;

    /// <summary>Called by the reader of the channel; does not wait.</summary>
    public void Sort(MessageType type, ReadOnlySpan<byte> payload)
    {
        if (relay is not null && (relay.IsActive || (type == MessageType.Resume && !_isOffered)))
        {
            relay.Forward(type, payload);
            return;
        }

        _isOffered |= type == MessageType.Offer;
        switch (type)
        {
            case MessageType.Block:
                lane.Deliver(payload);
                break;
            case MessageType.Ack:
                lane.Deliver(LaneAck.Read(payload));
                break;
            case MessageType.Ping:
                var ping = Ping.Read(payload);
                pinged?.Invoke(ping);
                break;
            default:
                if (type is < MessageType.Ping or MessageType.Remark or MessageType.Waiting or MessageType.Total or MessageType.Transports)
                {
                    mailbox.Post(type, payload);
                }

                break;
        }
    }
}
