using System.Net;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The control connection of the head to one node: from the login to the node's end.</summary>
/// <param name="position">Position of the node.</param>
/// <param name="edge">Its edge.</param>
/// <param name="offer">The offer to it.</param>
/// <param name="turns">Limits concurrent logins.</param>
/// <param name="events">Takes the messages of the node.</param>
internal sealed class ChainSession(int position, Edge edge, Offer offer, LoginTurns turns, IChainSessionEvents events)
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    // With "auto" the last in the list, which is TCP: it costs less on the short links of a chain.
    private readonly ILaneTransport _transport = LaneTransports.For(edge.Plan.Channel)[^1];
    private readonly Mailbox _mailbox = new();
    private readonly List<string> _warnings = [];
    private Peer? _peer;
    private Fault? _fault;
    private Report? _report;
    private volatile bool _isOver;

    public int Position => position;

    public Offer Offer => offer;

    /// <summary>The number of lanes that feed the node.</summary>
    public int Lanes => Math.Min(offer.Lanes, _transport.MostLanes);

    /// <summary>Whether its program has accepted the offer.</summary>
    public bool IsAgreed { get; private set; }

    /// <summary>Where the node listens for the node that is to feed it, with what this host knows of its addresses.</summary>
    public Listening Listening { get; private set; }

    public IReadOnlyCollection<string> Warnings => _warnings;

    /// <summary>The bottleneck of the link over which the node feeds another one; unknown if it feeds none.</summary>
    public Bottleneck FeedLimit { get; private set; }

    /// <summary>Sends a message to the node, if it is there.</summary>
    public void Send<T>(T message)
        where T : IMessage<T>
    {
        if (IsAgreed)
        {
            _peer!.Send(message);
        }
    }

    /// <summary>Ends the node's program: the chain is over.</summary>
    public void End()
    {
        _isOver = true;
        Send(default(Bye));
    }

    /// <summary>Ends the node: it has failed, as this side sees it.</summary>
    public void Drop(Failure failure) => _mailbox.Post(new SessionEvent.Failed(failure));

    /// <summary>Runs to the end of the node, and returns its failure; null if the chain was over. Never throws.</summary>
    public async Task<ChainFault?> RunAsync(CancellationToken cancel)
    {
        using var interruption = cancel.Register(() => Drop(new Failure(ExitCode.Interrupted, "interrupted")));
        var connection = new Connection(edge, _mailbox, turns, [_transport]) { Role = Role.Head };
        try
        {
            await TalkAsync(connection, cancel);
            return null;
        }
        catch (Exception) when (_isOver && _report is not null)
        {
            // Its copy is complete, and it was told to end.
            return null;
        }
        catch (Exception e)
        {
            events.Lost(this);
            return await ExplainAsync(e, connection);
        }
        finally
        {
            _mailbox.Close();
            connection.Dispose();
        }
    }

    private async Task TalkAsync(Connection connection, CancellationToken cancel)
    {
        await connection.LogInAsync(cancel);
        await connection.AgreeAsync(offer);
        _peer = connection.Peer;
        Listening = await Task.Run(() => Known(_peer.Listening.FirstOrDefault(one => one.Transport == _transport.Name)), CancellationToken.None);
        if (Listening.Addresses is null)
        {
            throw new Failure(ExitCode.Unreachable, $"{_peer.Name}: cannot listen for data connections");
        }

        IsAgreed = true;
        _peer.Link.Pinged = ping => events.Stored(this, ping.Moved, ping.Bytes);
        events.Joined(this);
        while (!Handle(await _mailbox.TakeAsync()))
        {
        }

        await CloseAsync(connection);
    }

    /// <summary>Handles one event; true at the end.</summary>
    private bool Handle(SessionEvent what)
    {
        if (what is SessionEvent.ControlEnded && _isOver && _report is not null)
        {
            return true;
        }

        var (type, payload) = _peer!.Admit(what);
        switch (type)
        {
            case MessageType.Listening:
                Listening = Known(Listening.Read(payload));
                break;
            case MessageType.Held:
                events.Held(this, Held.Read(payload));
                break;
            case MessageType.Unfed:
                var unfed = Unfed.Read(payload);
                events.Unfed(this, unfed.Link, RawText.Printable(unfed.Reason));
                break;
            case MessageType.Fault:
                _fault = Fault.Read(payload);
                break;
            case MessageType.Limited:
                FeedLimit = Limited.Read(payload).By;
                break;
            case MessageType.Warning:
                _warnings.Add(Warning.Read(payload).Words);
                break;
            case MessageType.Waiting:
                edge.Observer.Waiting(_peer.Name, Waiting.Read(payload).Words);
                break;
            case MessageType.Report:
                _report = Report.Read(payload);
                events.Reported(this, _report.Value);
                break;
            default:
                break;
        }

        return false;
    }

    private static async Task CloseAsync(Connection connection) =>
        await Task.WhenAny(connection.CloseAsync(), Task.Delay(Farewell, CancellationToken.None));

    private async Task<ChainFault> ExplainAsync(Exception e, Connection connection)
    {
        var explained = await connection.ExplainAsync(e);
        if (e is not PeerLost && IsAgreed)
        {
            await CloseAsync(connection);
        }

        var failure = Failure.Of(explained);
        return new ChainFault(failure, _fault?.Offset ?? -1, (int)(_fault?.Errno ?? 0)) { WasReached = IsAgreed };
    }

    /// <summary>Adds the addresses that this host knows for the node, or uses only those that the user has named.</summary>
    private Listening Known(Listening said)
    {
        if (said.Addresses is null)
        {
            return said;
        }

        var (named, remote) = (edge.Plan.DataHost, edge.Plan.Remote);
        var known = named.Length > 0 ? HostAddresses.Of(named)
            : remote.IsLocal ? []
            : HostAddresses.Of(remote.Host).Where(address => !IPAddress.IsLoopback(address));
        var addresses = (named.Length > 0 ? [] : said.Addresses).Concat(known.Select(AddressText.Of));
        return said with { Addresses = [.. addresses.Distinct().Take(Limits.MaxAddresses)] };
    }
}

/// <summary>Takes the messages of the nodes. Any thread.</summary>
internal interface IChainSessionEvents
{
    void Joined(ChainSession session);

    void Stored(ChainSession session, long bytes, long kept);

    void Held(ChainSession session, Held held);

    void Unfed(ChainSession session, uint link, string reason);

    void Reported(ChainSession session, Report report);

    /// <summary>The node is no longer there; its failure follows.</summary>
    void Lost(ChainSession session);
}
