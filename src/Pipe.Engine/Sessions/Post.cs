using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Sorts what comes over a control channel: blocks and acknowledgements to lane 0, the rest into the mailbox.</summary>
internal sealed class Post(Mailbox mailbox, ControlLane lane)
{
    public void Start(ControlChannel control) =>
        control.Start(Sort, cause => mailbox.Post(new SessionEvent.ControlEnded(cause)));

    private void Sort(MessageType type, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case MessageType.Block:
                lane.Deliver(payload);
                break;
            case MessageType.Ack:
                lane.Deliver(LaneAck.Read(payload));
                break;
            case MessageType.Ping:
                Ping.Read(payload);
                break;
            default:
                if ((byte)type < (byte)MessageType.Ping)
                {
                    mailbox.Post(new SessionEvent.Received(type, payload.ToArray()));
                }

                break;
        }
    }
}
