using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// The other side, as the session's thread of control sees it: sends messages and waits for answers. A refused message, an Abort, or the end of the
/// channel ends the session here.
/// </summary>
/// <param name="link">The channel to the peer; owned by this object from here on.</param>
/// <param name="mailbox">Receives the peer's messages.</param>
/// <param name="name">The peer's name in messages; empty on the server, which passes failures on unchanged.</param>
internal sealed class Peer(Link link, Mailbox mailbox, string name) : IDisposable
{
    private volatile bool _isLost;
    private volatile Link _link = link;

    public Link Link => _link;

    /// <summary>The peer's name in messages.</summary>
    public string Name => name;

    /// <summary>The abilities that the other side has announced; none where they do not matter.</summary>
    public Features Features { get; set; }

    /// <summary>The direction of the blocks; the responder learns it from the Offer.</summary>
    public Role Role { get; set; } = Role.Sender;

    /// <summary>The Listening messages received before the session began to move data, best transport first.</summary>
    public List<Listening> Listening { get; } = [];

    /// <summary>The names of the peer's transports, best first.</summary>
    public IReadOnlyList<string> Transports { get; private set; } = [Protocol.Transports.Tcp];

    /// <summary>Called with the reason for the peer's wait while this side waits for the peer.</summary>
    public Action<string> Waits { get; init; } = _ => { };

    /// <summary>The datagram policy of the user at the peer.</summary>
    public DatagramPolicy Datagrams { get; private set; } = DatagramPolicy.Usual;

    /// <summary>
    /// Sends a message. A message that cannot be sent, because the channel is broken or its replacement is not agreed on yet, is sent again when the
    /// session resumes.
    /// </summary>
    public void Send<T>(T message)
        where T : IMessage<T>
    {
        // Read before _isLost: another session sends too, and must not use the replacement channel before it has been agreed on.
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
            // The channel's reader sees the end and posts it as an event of its own.
        }
    }

    /// <summary>Forwards a message of another peer.</summary>
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

    /// <summary>The channel broke: the next message must be about resuming.</summary>
    public void Lose() => _isLost = true;

    /// <summary>Continues over another channel.</summary>
    public void Use(Link another)
    {
        _link.Dispose();
        _link = another;
    }

    public void Dispose() => _link.Dispose();

    /// <summary>Sends the greeting before all other messages.</summary>
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

    /// <summary>Announces this side's transports; the one that every peer has needs no message.</summary>
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
                On(Protocol.Listening.Read(payload));
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

    /// <summary>Returns the message in an event, if it has one; throws if the event ends the session.</summary>
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

    private void On(Listening listening)
    {
        Listening.RemoveAll(other => other.Transport == listening.Transport);
        if (Listening.Count == Limits.MaxTransports)
        {
            ProtocolException.Throw($"more than {Limits.MaxTransports} transports");
        }

        Listening.Add(listening);
    }
}

/// <summary>The peer sent an Abort, so it knows that the copy has failed.</summary>
internal sealed class PeerGaveUp(Failure failure) : Exception(failure.Message)
{
    public Failure Failure { get; } = failure;
}
