using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The responding side: opens its object, serves one copy, and ends. It speaks only on the control channel.</summary>
/// <param name="kinds">The kinds of object that it can open.</param>
/// <param name="control">The channel to the client.</param>
/// <param name="waiting">Called with the reason for a wait before the copy begins to move data.</param>
internal sealed class Responder(ObjectKinds kinds, ControlChannel control, Action<string> waiting)
{
    /// <summary>The name of the other side in messages.</summary>
    public const string Client = "the client";

    private readonly Mailbox _mailbox = new();
    private readonly Tally _tally = new();
    private ISource? _source;
    private ISink? _sink;
    private IDisposable? _counting;
    private DataPump? _pump;

    /// <summary>The transports allowed for data lanes, best first.</summary>
    public IReadOnlyList<ILaneTransport> Transports { get; init; } = LaneTransports.All;

    /// <summary>Serves an offer to a node of a chain; null if this responder cannot.</summary>
    public INodeService? Node { get; init; }

    /// <summary>Returns when the copy has ended; true if it succeeded.</summary>
    public async Task<bool> RunAsync(CancellationToken cancel)
    {
        using var interruption = cancel.Register(() => _mailbox.Post(new SessionEvent.Failed(new Failure(ExitCode.Interrupted, "the server was stopped by a signal"))));
        var link = new Link(control, _mailbox, ChannelStart.Responder, _tally, Plan.DefaultTimeoutSeconds, Client, resumeProxy: new ResumeProxy(control, _mailbox));
        using var peer = new Peer(link, _mailbox, name: "");
        try
        {
            await ServeAsync(peer);
            return true;
        }
        catch (Exception e)
        {
            End(e, peer);
            return false;
        }
        finally
        {
            _mailbox.Close();
            _pump?.Close();
            _counting?.Dispose();
            _source?.Dispose();
            _sink?.Dispose();
        }
    }

    private async Task ServeAsync(Peer peer)
    {
        peer.Link.Start();
        peer.Greet(Version.Program);
        peer.Announce(Transports);
        var hello = await peer.ExpectAsync<Hello>();
        Version.Check(hello, Client);
        peer.Features = hello.Features;
        var offer = await peer.ExpectAsync<Offer>();
        peer.Role = offer.Role;
        peer.Link.TimeoutSeconds = offer.TimeoutSeconds;
        Cryptography.RequireFor(offer);
        if (offer.Role == Role.Node)
        {
            await (Node ?? throw new ProtocolException("an offer to a node of a chain")).ServeAsync(offer, peer, _mailbox, _tally);
            return;
        }

        var transports = LaneTransports.Common(Transports, peer.Transports);
        var laneTerms = SessionLanes.TermsOf(offer, _mailbox, SshConnection.There, () => SshConnection.Here, offer.Role == Role.Sender, transports, peer.Datagrams);
        using var acceptors = new LaneAcceptors(transports, laneTerms);
        ListenEarly(acceptors, offer.ConnectMode, peer);
        var terms = await OpenAsync(offer, peer);
        _pump = MakePump(offer, Math.Min(offer.Terms.Block, terms.Block), offer.Resumes && hello.Features.HasFlag(Features.Ranges));
        peer.Send(new Accept(terms, _sink?.KeptFragments ?? [], _source?.Filters ?? ""));
        Tell(peer, _source?.Occupied ?? _sink!.Free);
        _counting = offer.Role == Role.Sender && offer.Resource.Flags.HasFlag(TreeFlags.Total)
            ? kinds.Of(offer.Resource.Kind).Count(offer.Resource, count => _mailbox.Post(new SessionEvent.Counted(count)))
            : null;
        var lanes = new LaneManager(_mailbox, peer, _pump, laneTerms, acceptors, _tally, Unobserved.Instance, isInitiator: false);
        using var recovery = new ResumeListener(offer, _mailbox, _tally);
        await new Session(_mailbox, peer, _pump, lanes, offer, recovery, _tally, Unobserved.Instance).RunAsync();
    }

    /// <summary>Listens before the initiator asks, which saves a round trip.</summary>
    private static void ListenEarly(LaneAcceptors acceptors, ConnectMode way, Peer peer)
    {
        try
        {
            if (way is ConnectMode.Auto or ConnectMode.Direct && acceptors.Transports.Count > 0)
            {
                foreach (var listening in acceptors.OpenAll())
                {
                    peer.Send(listening);
                }
            }
        }
        catch (Failure) when (way == ConnectMode.Auto)
        {
            // Other ways remain, and the copy may need no data connection at all.
        }
    }

    private DataPump MakePump(Offer offer, int block, bool resumes) => _source is not null
        ? new SenderPump(_mailbox, _source, offer, block, offer.Terms.Window, _tally, resumes)
        : new ReceiverPump(_mailbox, _sink!, offer, offer.Terms.Size < 0 ? -1 : offer.Terms.Size - KeptBytes, block, _tally, resumes);

    /// <summary>Bytes of the source that are already here and will not be sent.</summary>
    private long KeptBytes => _sink?.KeptFragments.Sum(fragment => fragment.Size) ?? 0;

    private static void Tell(Peer peer, long space)
    {
        if (space >= 0)
        {
            peer.Send(new Space(space));
        }
    }

    /// <summary>Opens the object. This may wait while a disk is full; meanwhile the other side may give up.</summary>
    private async Task<Terms> OpenAsync(Offer offer, Peer peer)
    {
        void Tell(string words) => peer.Send(new Waiting(words));
        var retry = new SpaceRetry(offer.PatienceSeconds, Tell);
        var opening = Task.Run(() => Open(offer, retry, Tell));
        if (await Task.WhenAny(opening, _mailbox.EndsAsync()) != opening)
        {
            retry.GiveUp();
        }

        return await opening;
    }

    private Terms Open(Offer offer, SpaceRetry retry, Action<string> tell)
    {
        var kind = kinds.Of(offer.Resource.Kind);
        var context = new OpenContext(offer.Resource, Place.Remote, _tally)
        {
            Terms = offer.Terms,
            InPlace = offer.InPlace,
            Archiving = offer.Archiving,
            PatienceSeconds = offer.PatienceSeconds,
            SpaceRetry = retry,
            Waiting = waiting,
            WaitingForUser = tell,
            Failed = early => _mailbox.Post(new SessionEvent.Failed(early)),
            Trouble = _tally.Troubles.Add,
            Unread = _tally.Unread.Add,
            Peer = Client,
            Asked = offer.Asked.Length == 0 ? null : Resource.Tree("", offer.Asked.Split('\0'), TreeFlags.None, []),
        };
        if (offer.Role == Role.Sender)
        {
            _source = kind.OpenSource(context);
            return new Terms(_source.Size, _source.Mode, Defaults.Block, 0);
        }

        _sink = kind.OpenSink(context);
        return new Terms(-1, Terms.NoMode, Defaults.Block, ReceiverPump.WindowOf(_sink));
    }

    private void End(Exception e, Peer peer)
    {
        e = e is PeerLost { InnerException: ProtocolException broken } ? broken : e;
        if (e is not (PeerGaveUp or PeerLost))
        {
            var failure = Failure.Of(e);
            peer.Send(new Abort(failure.Code, failure.Message, failure.Hint));
        }

        _source?.Abort();
        _sink?.Abort();
        _pump?.Abort();
    }
}
