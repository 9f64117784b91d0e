using System.Diagnostics;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>One copy, on the initiator's side: a connection and a local end, from the offer to the verdict.</summary>
/// <param name="edge">The copy.</param>
/// <param name="here">The local end.</param>
/// <param name="turns">Limits concurrent logins.</param>
internal sealed class Transfer(Edge edge, ITransferEnd here, LoginTurns turns)
{
    private const string NoneAWhileAgo = "no data connection could be made a while ago";
    private readonly Plan _plan = edge.Plan;
    private readonly Tally _tally = edge.Tally;
    private readonly IObserver _observer = edge.Observer;
    private readonly Mailbox _mailbox = new();
    private readonly SpaceCheck _space = new(edge.Plan.Direction == Direction.Write ? edge.Plan.Remote.Name : "", edge.Observer.Warning);
    private readonly long _started = Stopwatch.GetTimestamp();
    private ISource? _source;
    private ISink? _sink;
    private IDisposable? _counting;
    private DataPump? _pump;
    private IReadOnlyCollection<string> _warnings = [];
    private (string Name, int Lanes) _way;
    private Bottleneck _limit;
    private Warning? _verdict;

    /// <summary>The transports allowed for data lanes, best first.</summary>
    public IReadOnlyList<ILaneTransport> Transports { get; init; } = LaneTransports.For(edge.Plan.Channel);

    /// <summary>Whether the remote program has accepted the offer.</summary>
    public bool IsAgreed { get; private set; }

    /// <summary>A single copy between a local and a remote object.</summary>
    public static Transfer Of(ObjectKinds kinds, Edge edge) => new(edge, new LocalEnd(kinds, edge), new LoginTurns(1));

    public async Task<Outcome> RunAsync(CancellationToken cancel)
    {
        if (_plan is { Channel: DataChannel.Udp, ConnectMode: ConnectMode.Ssh })
        {
            throw new Failure(ExitCode.Usage, "datagrams cannot go inside ssh", "leave out either the data channel udp or the way ssh");
        }

        _observer.Entered(Phase.Starting);
        using var interruption = cancel.Register(() => _mailbox.Post(new SessionEvent.Failed(new Failure(ExitCode.Interrupted, "interrupted"))));
        try
        {
            OpenSource();
            using var connection = new Connection(edge, _mailbox, turns, Transports);
            await connection.LogInAsync(cancel);
            var size = await TalkAsync(connection);
            WarnOfDamage();
            NoteKept();
            ThrowVerdict();
            _warnings.ToList().ForEach(_observer.Warning);
            _observer.Entered(Phase.Done);
            return new Outcome(size, Stopwatch.GetElapsedTime(_started), _way.Name, _way.Lanes) { Limit = _limit, Warnings = _warnings };
        }
        finally
        {
            _mailbox.Close();
            _counting?.Dispose();
            _source?.Dispose();
            _sink?.Dispose();
        }
    }

    private void OpenSource()
    {
        if (_plan.Direction == Direction.Write)
        {
            _source = here.OpenSource();
            _tally.Total = _tally.FilesFound < 0 ? _source.Size : _tally.Total;
            _space.Needs(_source.Occupied);
            _counting = _tally.IsTotalWanted ? here.Count(Found) : null;
        }
    }

    private void Found(SourceCount count)
    {
        _tally.Found(count.Files, count.Bytes);
        _space.Needs(count.Occupied);
    }

    /// <summary>Throws the failure of a source program whose output has been copied completely.</summary>
    private void ThrowVerdict()
    {
        if (_verdict is { } verdict)
        {
            throw new Failure(verdict.Code, verdict.Words, verdict.Hint);
        }
    }

    /// <summary>Warns about damaged blocks: the copy is intact, but the network's operator should know.</summary>
    private void WarnOfDamage()
    {
        if (_tally.Damaged > 0)
        {
            _observer.Warning($"{_tally.Damaged} of {_tally.Blocks + _tally.Damaged} blocks came damaged and were sent again: the network damages data");
        }
    }

    private void NoteKept()
    {
        if (_tally.Kept > 0)
        {
            _observer.Note(0, $"{ByteSize.Round(_tally.Kept)} were there already and were not sent");
        }
    }

    private async Task<long> TalkAsync(Connection connection)
    {
        var offer = PlanOffer.Of(_plan, _source, _tally.IsTotalWanted, _plan.Direction == Direction.Write && here.Coordinator is not null ? here.Coordinator.Asked : "") with { Session = edge.Session };
        if (here.Coordinator is null && ClosedPorts.Remember(_plan))
        {
            _observer.Note(1, $"{NoneAWhileAgo}; {OptionWord.Connect} direct tries again");
            offer = offer with { ConnectMode = ConnectMode.Ssh };
        }

        Cryptography.RequireFor(offer);
        try
        {
            var (terms, kept, filters) = await connection.AgreeAsync(offer);
            IsAgreed = true;
            Keep(kept);
            var leg = new ThirdPartyLeg(connection.Peer, _mailbox, offer, terms, connection.Known, LaneTransports.Common(Transports, connection.Peer.Transports));
            var size = here.Coordinator is { } coordinator && await coordinator.MeetAsync(leg) is { } direct
                ? await CarryAsync(direct, leg)
                : await MoveAsync(connection, offer, terms, filters);
            await connection.CloseAsync();
            return size;
        }
        catch (Exception e)
        {
            throw await EndAsync(e, connection);
        }
    }

    /// <summary>Runs this session as one of the two of a direct copy between servers.</summary>
    private async Task<long> CarryAsync(ThirdPartyTransfer direct, ThirdPartyLeg leg)
    {
        var size = await direct.CarryAsync(leg);
        _warnings = direct.Warnings;
        _way = (direct.Way, direct.Lanes);
        _limit = direct.Limit;
        return size;
    }

    /// <summary>Runs a session whose other end is local.</summary>
    private async Task<long> MoveAsync(Connection connection, Offer offer, Terms terms, string filters)
    {
        var peer = connection.Peer;
        _pump = MakePump(offer, terms, Math.Min(offer.Terms.Block, terms.Block), filters);
        var transports = LaneTransports.Common(Transports, peer.Transports);
        var laneTerms = SessionLanes.TermsOf(
            offer, _mailbox, _plan.Remote.Host, () => connection.PeerAddress ?? HostAddresses.Toward(peer.Listening is [{ Addresses: [var first, ..] }, ..] ? first : _plan.Remote.Host),
            _plan.Direction == Direction.Write, transports, _plan.Datagrams);
        laneTerms = laneTerms with { Admit = connection.Known.Admit, FellBack = NoteFallback };
        laneTerms = _plan.ConnectMode == offer.ConnectMode ? laneTerms : laneTerms with { WhyInline = NoneAWhileAgo };
        using var acceptors = new LaneAcceptors(transports, laneTerms);
        var lanes = new LaneManager(_mailbox, peer, _pump, laneTerms, acceptors, _tally, _observer, isInitiator: true);
        using var recovery = connection.Recovery(offer);
        var session = new Session(_mailbox, peer, _pump, lanes, offer, recovery, _tally, _observer)
        {
            LoggedInAgain = connection.Replace,
            OnSpace = _source is null ? _space.Needs : _space.Has,
            InventoryForwarder = here.Coordinator?.InventoryForwarder,
        };
        var size = await session.RunAsync();
        _verdict = session.Warnings.Where(warning => warning.Code != ExitCode.Objects || _plan.There.Kind == ResourceKind.Program).Cast<Warning?>().FirstOrDefault();
        _warnings = [.. session.Warnings.Select(warning => warning.Words)];
        _way = (lanes.Used, lanes.Lanes);
        lanes.Watch.FindLimit();
        _limit = lanes.Limit;
        _pump.Complete();
        if (session.StoredThere is { } stored)
        {
            _tally.Tree.ReachBytes(stored);
        }

        _pump.Close();
        return size;
    }

    /// <summary>Warns that the copy is slower than it might be; the next ones to the same host do not wait for it.</summary>
    private void NoteFallback(string reasons)
    {
        ClosedPorts.Add(_plan);
        _observer.Warning($"{_plan.Remote.Name}: no data connection, {reasons}: all data go through ssh. {OptionWord.Ports} LOW-HIGH names ports that are open, {OptionWord.Connect} ssh tries none; for {ClosedPorts.Minutes} minutes none is tried");
    }

    /// <summary>Skips the parts of a resumed archive that the other side already has.</summary>
    private void Keep(IReadOnlyList<KeptFragment> kept)
    {
        if (kept.Count == 0)
        {
            return;
        }

        if (_source?.TryKeep(kept) != true)
        {
            throw new ProtocolException("kept fragments for something that is not an archive");
        }

        _tally.Total = _source.Size;
        _observer.Note(0, $"{kept.Count} fragments are there already, {ByteSize.Round(kept.Sum(fragment => fragment.Size))}: they are read here once more, compared, and not sent");
    }

    private DataPump MakePump(Offer offer, Terms terms, int block, string filters)
    {
        if (_source is not null)
        {
            return new SenderPump(_mailbox, _source, offer, block, terms.Window, _tally, offer.Resumes, here.SharedOutbox);
        }

        _tally.Total = _tally.FilesFound < 0 ? terms.Size : _tally.Total;
        _sink = here.OpenSink(terms, filters, Fail);
        _space.Has(_sink.Free);
        return new ReceiverPump(_mailbox, _sink, offer, terms.Size, block, _tally, offer.Resumes);
    }

    private void Fail(Failure early) => _mailbox.Post(new SessionEvent.Failed(early));

    /// <summary>Stops both sides and returns the exception to show to the user.</summary>
    private async Task<Exception> EndAsync(Exception e, Connection connection)
    {
        var verdict = await connection.ExplainAsync(e);
        if (e is Failure { Code: ExitCode.Interrupted })
        {
            _pump?.Leave();
        }

        _source?.Abort();
        _sink?.Abort();
        _pump?.Abort();
        _pump?.Close();
        if (e is not PeerLost)
        {
            await connection.CloseAsync();
        }

        return verdict;
    }
}
