using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Dispatches the frames of one control channel in wire order: checks each against the state table, then gives blocks and acknowledgements to the
/// channel's lane and all other messages to the session's mailbox.
/// </summary>
/// <param name="mailbox">The session's mailbox.</param>
/// <param name="lane">The channel's lane.</param>
/// <param name="start">This side's state when the channel is new.</param>
internal sealed class Dispatcher(Mailbox mailbox, ControlLane lane, ChannelStart start)
{
    private SessionState _state = start.State;
    private Role _role = start.Role;

    /// <summary>Takes over the whole channel after a Resume; null where a Resume is not possible.</summary>
    public ResumeProxy? ResumeProxy { get; init; }

    /// <summary>Called with each ping.</summary>
    public Action<Ping> Pinged { get; init; } = _ => { };

    /// <summary>Called when the peer announces a pause, or its end.</summary>
    public Action<Paused> Paused { get; init; } = _ => { };

    /// <summary>Called by the channel's reader; does not block.</summary>
    public void Dispatch(MessageType type, ReadOnlySpan<byte> payload)
    {
        if (ResumeProxy is not null && (ResumeProxy.IsActive || (type == MessageType.Resume && _state == SessionState.Agreeing)))
        {
            ResumeProxy.Forward(type, payload);
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
            case MessageType.Paused:
                Paused(Protocol.Paused.Read(payload));
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
