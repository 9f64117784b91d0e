using System.Diagnostics;
using System.Net;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The side that asked for the copy: starts the far end, offers, and carries the copy to its verdict.</summary>
internal sealed class Initiator(ObjectKinds kinds, Plan plan, Tally tally, IObserver observer)
{
    private readonly Mailbox _mailbox = new();
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly LocalEnd _here = new(kinds, plan, tally, observer);
    private ISource? _source;
    private ISink? _sink;
    private IDisposable? _survey;
    private DataPump? _pump;
    private IReadOnlyCollection<string> _remarks = [];
    private (string Name, int Lanes) _way;
    private Bottleneck _limit;
    private Remark? _verdict;

    /// <summary>Reads instead of what the plan names.</summary>
    public ISource? Source { get; init; }

    /// <summary>Takes instead of what the plan names.</summary>
    public ISink? Sink { get; init; }

    /// <summary>Is told what the source is before its first byte.</summary>
    public Action<Terms> Agreed { get; init; } = static _ => { };

    /// <summary>Those that may carry data lanes, best first.</summary>
    public IReadOnlyList<ILaneTransport> Transports { get; init; } = LaneTransports.For(plan.Channel);

    /// <summary>Where this session meets the one with another host.</summary>
    public Junction? Junction { get; init; }

    public async Task<Outcome> RunAsync(CancellationToken cancel)
    {
        if (plan is { Channel: DataChannel.Udp, ConnectMode: ConnectMode.Ssh })
        {
            throw new Failure(ExitCode.Usage, "datagrams cannot go inside ssh", "leave out either the data channel udp or the way ssh");
        }

        observer.Entered(Phase.Starting);
        using var interruption = cancel.Register(() => _mailbox.Post(new SessionEvent.Failed(new Failure(ExitCode.Interrupted, "interrupted"))));
        try
        {
            if (plan.Direction == Direction.Write)
            {
                _source = Source ?? _here.OpenSource();
                tally.Total = _source.Size;
                _survey = tally.IsTotalWanted && Source is null ? _here.Count(tally.Found) : null;
            }

            var access = Access.Of(plan);
            await WaitForTurnAsync(access);
            using var kept = access.Kept;
            using var login = new Login(access.Kept?.TakeSpare(access) ?? RemoteShell.Start(access));
            await BringProgramAsync(access, login, cancel);
            var size = await TalkAsync(access, login);
            WarnOfDamage();
            NoteKept();
            ThrowVerdict();
            _remarks.ToList().ForEach(observer.Warning);
            observer.Entered(Phase.Done);
            return new Outcome(size, Stopwatch.GetElapsedTime(_started), _way.Name, _way.Lanes) { Limit = _limit, Remarks = _remarks };
        }
        finally
        {
            _mailbox.Close();
            _survey?.Dispose();
            _source?.Dispose();
            _sink?.Dispose();
        }
    }

    private bool IsSource => plan.Direction == Direction.Read;

    /// <summary>One login after the other, if both may ask for something.</summary>
    private Task WaitForTurnAsync(Access access) =>
        Junction?.TurnAsync(IsSource, plan.Remote.MayPrompt && access.Kept is not { IsThere: true }) ?? Task.CompletedTask;

    /// <summary>All that the program printed is here; how it ended is how this ends.</summary>
    private void ThrowVerdict()
    {
        if (_verdict is { } verdict)
        {
            throw new Failure(verdict.Code, verdict.Words, verdict.Hint);
        }
    }

    /// <summary>All is well now, but whoever runs that network should know.</summary>
    private void WarnOfDamage()
    {
        if (tally.Damaged > 0)
        {
            observer.Warning($"{tally.Damaged} of {tally.Blocks + tally.Damaged} blocks came damaged and were sent again: the network damages what it carries");
        }
    }

    private void NoteKept()
    {
        if (tally.Kept > 0)
        {
            observer.Note(0, $"{ByteSize.Round(tally.Kept)} were there already and were not sent");
        }
    }

    /// <summary>With -bootstrap: the program is on the other host from here on, and starts.</summary>
    private async Task BringProgramAsync(Access access, Login login, CancellationToken cancel)
    {
        if (access.Program is not { } program)
        {
            return;
        }

        while (!await login.Shell.AnswersAsync())
        {
            await RenewAsync(access, login);
        }

        if (login.Shell.IsSpare)
        {
            return;
        }

        try
        {
            var isBrought = await login.Shell.BootstrapAsync(program, cancel);
            observer.Note(1, isBrought ? $"{plan.Remote.Name}: this program was put into the cache folder there" : $"{plan.Remote.Name}: the program is there");
        }
        catch (Exception e) when (e is Failure or ProtocolException)
        {
            throw (e as Failure ?? new Failure(ExitCode.Protocol, e.Message)).At(plan.Remote.Name);
        }
    }

    /// <summary>The login that was kept leads nowhere: a new one takes its place.</summary>
    private async Task RenewAsync(Access access, Login login)
    {
        if (login.Shell is { IsSpare: true, IsSilent: false })
        {
            observer.Note(2, $"{plan.Remote.Name}: the server that waited there has ended; another is started");
        }
        else
        {
            observer.Note(1, $"{plan.Remote.Name}: the login that was kept does not answer; logging in again");
            access.Kept?.Forget();
        }

        await WaitForTurnAsync(access);
        login.Replace(RemoteShell.Start(access));
    }

    private async Task<long> TalkAsync(Access access, Login login)
    {
        var offer = PlanOffer.Of(plan, _source, tally.IsTotalWanted, plan.Direction == Direction.Write && Junction is not null ? Junction.Asked : "");
        Cryptography.RequireFor(offer);
        using var peer = new Peer(LinkOver(login), _mailbox, plan.Remote.Name)
        {
            Role = Start.Role,
            Waits = words => observer.Waiting(plan.Remote.Name, words),
        };
        try
        {
            await GreetAsync(access, login, peer, offer);
            var (terms, kept, filters) = await AgreeAsync(peer, offer);
            Keep(kept);
            access.Kept?.Remember();
            var half = new Half(peer, _mailbox, offer, terms, plan.Remote.Host);
            var size = Junction is not null && await Junction.MeetAsync(half) is { } straight
                ? await CarryAsync(straight, half)
                : await MoveAsync(access, login, peer, offer, terms, filters);
            await login.Shell.CloseAsync();
            return size;
        }
        catch (Exception e)
        {
            throw await EndAsync(e, login, peer);
        }
    }

    /// <summary>The other end of the copy is another server: this session is one of the two that it takes.</summary>
    private async Task<long> CarryAsync(Straight straight, Half half)
    {
        var size = await straight.CarryAsync(half);
        _remarks = straight.Remarks;
        _way = (Straight.Way, straight.Lanes);
        _limit = straight.Limit;
        return size;
    }

    /// <summary>The other end of the copy is here.</summary>
    private async Task<long> MoveAsync(Access access, Login login, Peer peer, Offer offer, Terms terms, string filters)
    {
        _pump = MakePump(offer, terms, Math.Min(offer.Terms.Block, terms.Block), filters);
        var laneTerms = SessionLanes.TermsOf(
            offer, _mailbox, plan.Remote.Host, () => plan.Remote.IsLocal ? IPAddress.Loopback : HostAddresses.Toward(peer.Listening is [{ Addresses: [var first, ..] }, ..] ? first : plan.Remote.Host),
            plan.Direction == Direction.Write, plan.Datagrams);
        using var acceptors = new LaneAcceptors(LaneTransports.Common(Transports, peer.Transports), laneTerms);
        var lanes = new LaneManager(_mailbox, peer, _pump, laneTerms, acceptors, tally, observer, isInitiator: true);
        using var recovery = new Relogin(plan, access, offer, Start, _mailbox, tally, () => login.Shell);
        var session = new Session(_mailbox, peer, _pump, lanes, offer, recovery, tally, observer)
        {
            LoggedInAgain = login.Replace,
            Across = Junction?.Across,
        };
        var size = await session.RunAsync();
        _verdict = session.Remarks.Where(remark => remark.Code != ExitCode.Objects || plan.There.Kind == ResourceKind.Program).Cast<Remark?>().FirstOrDefault();
        _remarks = [.. session.Remarks.Select(remark => remark.Words)];
        _way = (lanes.Used, lanes.Lanes);
        lanes.Watch.FindLimit();
        _limit = lanes.Watch.Limit;
        _pump.Close();
        return size;
    }

    private ChannelStart Start => ChannelStart.Initiator(plan.Direction == Direction.Write ? Role.Sender : Role.Receiver);

    private Link LinkOver(Login login) =>
        new(login.Shell.Control, _mailbox, Start, tally, plan.TimeoutSeconds, plan.Remote.Name, plan.Remote.MayPrompt);

    /// <summary>Everything is said at once, before anything is read.</summary>
    private async Task GreetAsync(Access access, Login login, Peer peer, Offer offer)
    {
        Say(peer, offer);
        while (access.Program is null && !await login.Shell.AnswersAsync())
        {
            await RenewAsync(access, login);
            peer.Use(LinkOver(login));
            Say(peer, offer);
        }

        peer.Link.Start();
        if (login.Shell.IsSpare)
        {
            observer.Note(2, $"{plan.Remote.Name}: a server waited there");
        }

        if (plan.Remote.KeepSeconds > 0)
        {
            observer.Note(1, access.Kept is { } kept
                ? $"{plan.Remote.Name}: the login is kept for {plan.Remote.KeepSeconds} s after the last copy; {kept.Ending} ends it"
                : $"{plan.Remote.Name}: the configuration of ssh shares logins already; keeping the login changes nothing");
        }
    }

    private void Say(Peer peer, Offer offer)
    {
        peer.Greet(Version.Program);
        peer.Announce(Transports);
        if (plan.Channel != DataChannel.Tcp)
        {
            peer.Send(plan.Datagrams);
        }

        peer.Send(offer);
    }

    /// <summary>The far end's terms come back.</summary>
    private async Task<Accept> AgreeAsync(Peer peer, Offer offer)
    {
        var hello = await peer.ExpectAsync<Hello>();
        Junction?.LoggedIn(IsSource);
        observer.Note(2, $"{plan.Remote.Name} runs {RawText.Printable(hello.Program)}");
        observer.Entered(Phase.Connecting);
        Version.Check(hello, plan.Remote.Name);
        if (offer.Resumes && !hello.Features.HasFlag(Features.Ranges))
        {
            throw new Failure(
                ExitCode.Protocol,
                $"{RawText.Printable(hello.Program)} there cannot resume a file",
                "install the same version on both hosts, quickinstall.sh user@host does").At(plan.Remote.Name);
        }

        if (offer.OnDemand && !hello.Features.HasFlag(Features.Demand))
        {
            throw new Failure(
                ExitCode.Protocol,
                $"{RawText.Printable(hello.Program)} there cannot send on demand",
                "install the same version on both hosts, quickinstall.sh user@host does").At(plan.Remote.Name);
        }

        var accept = await peer.ExpectAsync<Accept>();
        if (LaneTransports.Common(Transports, peer.Transports).Count == 0 && plan.ConnectMode != ConnectMode.Ssh)
        {
            throw new Failure(ExitCode.Unreachable, $"{plan.Remote.Name}: the program there does not know the data channel {Transports[0].Name}", $"{OptionWord.Channel} tcp works with every version");
        }

        return accept;
    }

    /// <summary>What the other side has of an archive that goes on need not be sent.</summary>
    private void Keep(IReadOnlyList<KeptFragment> kept)
    {
        if (kept.Count == 0)
        {
            return;
        }

        if (_source?.TryKeep(kept) != true)
        {
            throw new ProtocolException("kept fragments, and this becomes no archive");
        }

        tally.Total = _source.Size;
        observer.Note(0, $"{kept.Count} fragments are there already, {ByteSize.Round(kept.Sum(fragment => fragment.Size))}: they are read here once more, compared, and not sent");
    }

    private DataPump MakePump(Offer offer, Terms terms, int block, string filters)
    {
        if (_source is not null)
        {
            return new SenderPump(_mailbox, _source, offer, block, terms.Window, tally, offer.Resumes);
        }

        tally.Total = tally.FilesFound < 0 ? terms.Size : tally.Total;
        Agreed(terms);
        _sink = Sink ?? _here.OpenSink(terms, filters, Fail);
        return new ReceiverPump(_mailbox, _sink, offer, terms.Size, block, tally, offer.Resumes);
    }

    private void Fail(Failure early) => _mailbox.Post(new SessionEvent.Failed(early));

    /// <summary>Stops everything on both sides and says what the user should know.</summary>
    private async Task<Exception> EndAsync(Exception e, Login login, Peer peer)
    {
        var verdict = e switch
        {
            PeerGaveUp gaveUp => gaveUp.Failure,
            PeerLost lost => (await login.Shell.ExplainEndAsync(lost.InnerException)).At(plan.Remote.Name),
            ProtocolException => new Failure(ExitCode.Protocol, e.Message).At(plan.Remote.Name),
            _ => e,
        };
        if (verdict is Failure failure && e is not (PeerGaveUp or PeerLost))
        {
            peer.Send(new Abort(failure.Code, failure.Message, failure.Hint));
        }

        _source?.Abort();
        _sink?.Abort();
        _pump?.Abort();
        _pump?.Close();
        if (e is not PeerLost)
        {
            await login.Shell.CloseAsync();
        }

        return verdict;
    }
}
