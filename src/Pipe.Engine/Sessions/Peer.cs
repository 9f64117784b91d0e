using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// The other side as the session's thread of control sees it: says things, and waits for answers. A message that was
/// refused, an Abort, or the end of the channel, ends the session here.
/// </summary>
/// <param name="link">The channel to it; owned from here on.</param>
/// <param name="mailbox">Where what it says arrives.</param>
/// <param name="name">What messages call it; empty on the server, where a failure is passed on as it is.</param>
internal sealed class Peer(Link link, Mailbox mailbox, string name) : IDisposable
{
    private volatile bool _isLost;
    private volatile Link _link = link;

    public Link Link => _link;

    /// <summary>What messages call it.</summary>
    public string Name => name;

    /// <summary>Which way blocks go; the responder learns it from the Offer.</summary>
    public Role Role { get; set; } = Role.Sender;

    /// <summary>Where the peer listens as far as it has said so before the session began to move, best transport first.</summary>
    public List<Listening> Listening { get; } = [];

    /// <summary>Names of the transports that the peer has, best first.</summary>
    public IReadOnlyList<string> Transports { get; private set; } = [Protocol.Transports.Tcp];

    /// <summary>Is told what the peer waits for while we wait for the peer.</summary>
    public Action<string> Waits { get; init; } = _ => { };

    /// <summary>What the user at the peer wants of the datagram channel.</summary>
    public DatagramPolicy Datagrams { get; private set; } = DatagramPolicy.Usual;

    /// <summary>
    /// Says something. What cannot be said because the channel is broken, or because the one in its place has yet to be agreed on, is
    /// said again once the session goes on, if it does.
    /// </summary>
    public void Send<T>(T message)
        where T : IMessage<T>
    {
        // Before the question: another session sends too, and must not find the channel in its place before that has been agreed on.
        var link = _link;
        if (_isLost && T.Type != MessageType.Abort)
        {
            return;
        }

        try
        {
            link.Control.Send(message);
        }
        catch (LinuxException)
        {
            // Its reader sees the end, and that is an event of its own.
        }
    }

    /// <summary>Says what somebody else has said.</summary>
    public void Forward(MessageType type, ReadOnlySpan<byte> payload)
    {
        var framed = new byte[Frame.Size + payload.Length];
        payload.CopyTo(framed.AsSpan(Frame.Size));
        try
        {
            Link.Control.SendInPlace(type, framed);
        }
        catch (LinuxException)
        {
            // As above.
        }
    }

    /// <summary>The channel broke: what comes next must be about going on.</summary>
    public void Lose() => _isLost = true;

    /// <summary>Goes on over another channel.</summary>
    public void Use(Link another)
    {
        _link.Dispose();
        _link = another;
    }

    public void Dispose() => _link.Dispose();

    /// <summary>Greets in front of everything else.</summary>
    public void Greet(string program)
    {
        try
        {
            Link.Control.SendMarker();
        }
        catch (LinuxException)
        {
            return;
        }

        Send(Hello.Ours(program));
    }

    /// <summary>Names the transports of this side; the one that every peer has is not worth a message.</summary>
    public void Announce(IReadOnlyList<ILaneTransport> transports)
    {
        if (transports is not [{ Name: Protocol.Transports.Tcp }])
        {
            Send(new Transports([.. transports.Select(one => one.Name)]));
        }
    }

    /// <summary>Waits for one message. Listening, Transports and Waiting may come before it.</summary>
    public async Task<T> ExpectAsync<T>()
        where T : IMessage<T>
    {
        while (true)
        {
            var (type, payload) = Admit(await mailbox.TakeAsync());
            if (type == T.Type)
            {
                return T.Read(payload);
            }

            if (type == MessageType.Listening)
            {
                Hear(Protocol.Listening.Read(payload));
            }
            else if (type == MessageType.Waiting)
            {
                Waits(Waiting.Read(payload).Words);
            }
            else if (type == MessageType.Transports)
            {
                Transports = Protocol.Transports.Read(payload).Names;
            }
            else if (type == MessageType.DatagramPolicy)
            {
                Datagrams = DatagramPolicy.Read(payload);
            }
            else if (type is not (null or >= MessageType.Ping))
            {
                throw new ProtocolException($"{type} instead of {T.Type}");
            }
        }
    }

    /// <summary>The message in an event, if it is one; ends the session if the event is its end.</summary>
    public (MessageType? Type, byte[] Payload) Admit(SessionEvent what)
    {
        switch (what)
        {
            case SessionEvent.Received(MessageType.Abort, var payload):
                var abort = Abort.Read(payload);
                var failure = new Failure(abort.Code, abort.Cause, abort.Hint);
                throw new PeerGaveUp(name.Length > 0 ? failure.At(name) : failure);
            case SessionEvent.Received(var type, var payload):
                _isLost = _isLost && type is not (MessageType.Resume or MessageType.Resumed);
                return (type, payload);
            case SessionEvent.Refused(var fault):
                throw new ProtocolException(fault);
            case SessionEvent.ControlEnded(_, var cause):
                throw new PeerLost(cause);
            case SessionEvent.Failed(var cause):
                throw cause;
            default:
                return (null, []);
        }
    }

    private void Hear(Listening listening)
    {
        Listening.RemoveAll(other => other.Transport == listening.Transport);
        if (Listening.Count == Limits.MaxTransports)
        {
            ProtocolException.Throw($"more than {Limits.MaxTransports} transports");
        }

        Listening.Add(listening);
    }
}

/// <summary>The peer has sent an Abort: it knows that the copy has failed.</summary>
internal sealed class PeerGaveUp(Failure failure) : Exception(failure.Message)
{
    public Failure Failure { get; } = failure;
}
