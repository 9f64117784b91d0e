using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Takes each frame of one control channel, in the order of the wire: asks the state table whether it may come now, and gives blocks and
/// acknowledgements to the lane inside the channel and the rest to the session's mailbox.
/// </summary>
/// <param name="mailbox">Of the session.</param>
/// <param name="lane">Of this channel.</param>
/// <param name="start">Where this side stands when the channel is new.</param>
internal sealed class Dispatcher(Mailbox mailbox, ControlLane lane, ChannelStart start)
{
    private SessionState _state = start.State;
    private Role _role = start.Role;

    /// <summary>Takes the whole channel over once a Resume comes; null where that cannot be.</summary>
    public Relay? Relay { get; init; }

    /// <summary>Is told what a ping says.</summary>
    public Action<Ping> Pinged { get; init; } = _ => { };

    /// <summary>Called by the reader of the channel; does not wait.</summary>
    public void Dispatch(MessageType type, ReadOnlySpan<byte> payload)
    {
        if (Relay is not null && (Relay.IsActive || (type == MessageType.Resume && _state == SessionState.Agreeing)))
        {
            Relay.Forward(type, payload);
        }
        else if (_state != SessionState.Failed)
        {
            Enter(type, payload);
        }
    }

    private void Enter(MessageType type, ReadOnlySpan<byte> payload)
    {
        var before = _state;
        _state = SessionTable.Next(start.Side, _role, before, type);
        if (_state == SessionState.Failed && type != MessageType.Abort)
        {
            mailbox.Post(new SessionEvent.Refused($"{type} while {before}"));
            return;
        }

        if (type == MessageType.Offer)
        {
            _role = Offer.RoleIn(payload);
        }

        Deliver(type, payload);
    }

    private void Deliver(MessageType type, ReadOnlySpan<byte> payload)
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
                Pinged(Ping.Read(payload));
                break;
            default:
                if (type < MessageType.Ping || SessionTable.Concerns(start.Side, type))
                {
                    mailbox.Post(type, payload);
                }

                break;
        }
    }
}
