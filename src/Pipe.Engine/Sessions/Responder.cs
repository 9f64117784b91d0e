using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The side that was asked: opens its object, serves one copy, and ends. Its only words are on the control channel.</summary>
internal sealed class Responder(ControlChannel control)
{
    private static readonly TimeSpan UntilHeard = TimeSpan.FromSeconds(10);
    private readonly Mailbox _mailbox = new();
    private readonly Tally _tally = new();
    private ISource? _source;
    private ISink? _sink;
    private Mover? _mover;

    /// <summary>Returns when the copy has ended, one way or the other; true if it was done.</summary>
    public async Task<bool> RunAsync(CancellationToken cancel)
    {
        using var interruption = cancel.Register(() => _mailbox.Post(new SessionEvent.Failed(new Failure(ExitCode.Interrupted, "the server was stopped by a signal"))));
        var peer = new Peer(control, _mailbox, name: "");
        try
        {
            await ServeAsync(peer);
            await ControlEndedAsync();
            return true;
        }
        catch (Exception e)
        {
            End(e, peer);
            return false;
        }
        finally
        {
            _mover?.Close();
            _source?.Dispose();
            _sink?.Dispose();
        }
    }

    private async Task ServeAsync(Peer peer)
    {
        var inline = new ControlLane(control, Defaults.Block);
        new Post(_mailbox, inline).Start(control);
        using var greeting = new Heartbeat(control, Plan.DefaultTimeoutSeconds, _tally, _mailbox);
        peer.Greet(Version.Program);
        Version.Check(await peer.ExpectAsync<Hello>(), "the client");
        var offer = await peer.ExpectAsync<Offer>();
        peer.Role = offer.Role;
        greeting.Dispose();

        using var heartbeat = new Heartbeat(control, offer.TimeoutSeconds, _tally, _mailbox);
        using var door = new LaneDoor(offer, SshConnection.Here, _mailbox);
        if (offer.Way is Way.Auto or Way.Direct)
        {
            // Before it is asked for: that saves a round trip.
            peer.Send(door.Open());
        }

        var terms = Open(offer);
        var block = Math.Min(offer.Terms.Block, terms.Block);
        _mover = _source is not null
            ? new SendingMover(_mailbox, _source, offer, block, offer.Terms.Window, _tally)
            : new ReceivingMover(_mailbox, _sink!, offer, block, _tally);
        peer.Send(new Accept(terms));
        var dialer = new LaneDialer(offer, SshConnection.There, _mailbox);
        var route = new Route(_mailbox, peer, _mover, offer, _tally, Unobserved.Instance, dialer, door, isInitiator: false);
        await new Session(_mailbox, peer, _mover, route, _tally, Unobserved.Instance).RunAsync(inline);
    }

    private Terms Open(Offer offer)
    {
        if (offer.Role == Role.Sender)
        {
            _source = Opening.Source(offer.Resource, Place.Remote);
            return new Terms(_source.Size, _source.Mode, Defaults.Block, 0);
        }

        _sink = Opening.Sink(offer.Resource, offer.Terms, offer.InPlace, Place.Remote, early => _mailbox.Post(new SessionEvent.Failed(early)));
        return new Terms(-1, Terms.NoMode, Defaults.Block, ReceivingMover.WindowOf(_sink));
    }

    /// <summary>The initiator closes the channel when it has the verdict.</summary>
    private async Task ControlEndedAsync()
    {
        using var limit = new CancellationTokenSource(UntilHeard);
        using var wake = limit.Token.Register(() => _mailbox.Post(new SessionEvent.ControlEnded(null)));
        while (await _mailbox.TakeAsync() is not SessionEvent.ControlEnded)
        {
            // Lanes end, pings come: nothing matters any more.
        }
    }

    private void End(Exception e, Peer peer)
    {
        if (e is not (PeerGaveUp or PeerLost))
        {
            Farewell.Say(peer, e as Failure ?? (e is ProtocolException
                ? new Failure(ExitCode.Protocol, e.Message)
                : e is LinuxException
                    ? new Failure(ExitCode.Objects, e.Message)
                    : new Failure(ExitCode.Bug, $"internal error: {e.GetType().Name}: {e.Message}")));
        }

        _source?.Abort();
        _sink?.Abort();
        _mover?.Abort();
    }
}
