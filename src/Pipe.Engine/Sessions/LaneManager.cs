using System.Diagnostics;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// How the data connections of a session come about, and come about again: direct, else reverse, else not at all, so that everything
/// goes inside the control channel. One side of each session dials, the other listens; going from direct to reverse swaps them.
/// Part of the session's thread of control.
/// </summary>
/// <param name="mailbox">Where the news of lanes comes from.</param>
/// <param name="peer">The other side; where it listens, if it has said so already.</param>
/// <param name="pump">Puts lanes to work.</param>
/// <param name="terms">What was agreed.</param>
/// <param name="acceptors">Where this side listens.</param>
/// <param name="tally">Counts lost lanes.</param>
/// <param name="observer">Is told which way was taken, and why.</param>
/// <param name="isInitiator">Which side this is.</param>
internal sealed class LaneManager(
    Mailbox mailbox, Peer peer, DataPump pump, LaneTerms terms, LaneAcceptors acceptors, Tally tally, IObserver observer, bool isInitiator)
{
    private static readonly TimeSpan ChoicePause = TimeSpan.FromSeconds(1);

    private readonly Offer _offer = terms.Offer;
    private readonly FailureBackoff _backoff = new(tally, pump, terms.Offer.TimeoutSeconds);
    private readonly LaneDialer _dialer = new(terms, new LaneWay(terms.Offer, acceptors.Transports), observer, peer.Listening);
    private readonly List<string> _reasons = [];
    private readonly TransportChoice _choice = new();
    private ILaneMonitor? _monitor;
    private string _monitored = "";
    private bool _isReaching;
    private bool _isProbed;
    private bool _isChosen;
    private int _wanted = terms.Offer.Lanes;
    private bool _isWanted;

    public bool IsInitiator => isInitiator;

    /// <summary>The most lanes that were at work at the same time.</summary>
    public int Lanes { get; private set; }

    /// <summary>What the outcome calls it: what did not need a data lane went through ssh.</summary>
    public string Used => Lanes > 0 ? Way.Name : ConnectModeName.Of(ConnectMode.Ssh);

    /// <summary>What has limited the rate for the longest time, as the sender has found.</summary>
    public Bottleneck Limit { get; private set; }

    private LaneWay Way => _dialer.Way;

    /// <summary>Data lanes that there should be.</summary>
    private int Wanted => Math.Min(_wanted, Way.Transport.MostLanes);

    /// <summary>The user has named a transport, and the control channel is none.</summary>
    private bool IsTransportNamed => acceptors.Transports.All(one => one.Name != Transports.Tcp);

    /// <summary>Both transports are there, and the round trip decides which one comes first.</summary>
    private bool IsUndecided => isInitiator && Way.HasChoice && Way.Mode == ConnectMode.Direct && Lanes == 0 && _reasons.Count == 0 && !_isProbed && !_isReaching;

    /// <summary>Both transports work as far as this side knows, and it can have the other one tried: a responder cannot tell an initiator what to listen for.</summary>
    private bool MayChoose => Way.HasChoice && _reasons.Count == 0 && (isInitiator || Way.Mode == ConnectMode.Direct);

    /// <summary>Who makes the connections: the initiator if they are direct.</summary>
    private bool Dials => Way.Mode == ConnectMode.Direct == isInitiator;

    public void Start()
    {
        SkipSilent();
        if (Way.IsInline)
        {
            GoInline("asked for");
        }
        else if (pump.IsWide)
        {
            Want();
        }
    }

    /// <summary>The control channel is a new one: asks again for what may have been asked for over the old one.</summary>
    public void GoOn()
    {
        if (_isWanted && !Way.IsInline && pump.Lanes.Numbers.Count() < Wanted)
        {
            Want();
        }
    }

    /// <summary>Deals with an event that concerns the lanes; false for any other.</summary>
    public bool Handle(SessionEvent what)
    {
        switch (what)
        {
            case SessionEvent.Wide:
                if (!_isWanted)
                {
                    Want();
                }

                return true;
            case SessionEvent.AskAgain:
                if (pump.Lanes.Numbers.Count() < Wanted)
                {
                    peer.Send(new Widen(Wanted));
                }

                return true;
            case SessionEvent.Probed(var roundTrip):
                Decide(roundTrip);
                return true;
            case SessionEvent.Poll:
                Poll();
                return true;
            case SessionEvent.Joined(var lane):
                Join(lane);
                return true;
            case SessionEvent.LaneEnded(var lane, var cause):
                Lose(lane, cause);
                return true;
            case SessionEvent.NoWay(var lanes, var reason):
                _dialer.End(lanes);
                GiveUp(reason);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The responder sends the blocks, and knows what limits it.</summary>
    public void Told(Limited limited) => Limit = limited.By;

    /// <summary>Looks what limits this side, if it is the sender, and tells an initiator that does not know.</summary>
    public void FindLimit()
    {
        if (!pump.IsSender || pump.Bottleneck is not (not Bottleneck.Unknown and var by) || by == Limit)
        {
            return;
        }

        Limit = by;
        if (!isInitiator)
        {
            peer.Send(new Limited(by));
        }
    }

    /// <summary>The peer waits for connections. That the initiator does means: reverse.</summary>
    public void Told(Listening there)
    {
        if (!isInitiator)
        {
            if (Way.Mode != ConnectMode.Reverse)
            {
                acceptors.Dispose();
                _isWanted = true;
            }

            Way.Use(ConnectMode.Reverse, there.Transport);
        }

        _dialer.Hear(there);
        SkipSilent();
        Dial();
    }

    /// <summary>
    /// To a responder: not the initiator is at the other end of the copy, but another responder, which waits there. If it can be reached,
    /// the data connections go there from now on; if not, nothing has changed.
    /// </summary>
    public void Told(Reach reach)
    {
        if (isInitiator || _isReaching || Lanes > 0 || Way.IsInline)
        {
            ProtocolException.Throw("a Reach that nobody can do anything about");
        }

        _isReaching = true;
        Way.Use(Way.Mode, reach.There.Transport);
        _dialer.Turn(reach);
        Dial();
    }

    /// <summary>The peer wants connections, or says that it cannot make any.</summary>
    public void Told(Widen widen)
    {
        if (widen.Lanes == 0)
        {
            GiveUp(widen.Reason);
            return;
        }

        if (widen.Lanes > _offer.MostLanes)
        {
            ProtocolException.Throw($"{widen.Lanes} lanes wanted, {_offer.MostLanes} agreed on");
        }

        _isWanted = true;
        _wanted = Math.Max(_wanted, widen.Lanes);
        if (Dials)
        {
            Dial();
        }
        else if (!Way.IsInline)
        {
            Listen();
        }
    }

    /// <summary>This side needs data connections: makes them, or asks for them.</summary>
    private void Want()
    {
        if (Way.IsInline)
        {
            return;
        }

        Cryptography.Require();
        _isWanted = true;
        if (Dials && _dialer.CanDial)
        {
            Dial();
        }
        else if (Dials || Listen())
        {
            peer.Send(new Widen(Wanted));
        }
    }

    /// <summary>Listens and says where; false if it cannot and there may be another way.</summary>
    private bool Listen()
    {
        try
        {
            foreach (var listening in isInitiator || _isChosen ? [acceptors.Open(Way.Transport)] : acceptors.OpenAll(Lanes > 0 ? Way.Transport : null))
            {
                peer.Send(listening);
            }

            return true;
        }
        catch (Failure e) when (_offer.ConnectMode == ConnectMode.Auto || Lanes > 0 || Way.HasOthers)
        {
            if (isInitiator && Lanes == 0)
            {
                TakeNextWay(e.Message);
            }
            else
            {
                peer.Send(new Widen(0, e.Message));
            }

            return false;
        }
    }

    private void SkipSilent()
    {
        if (Dials && (isInitiator || Lanes > 0) && !_isChosen)
        {
            _dialer.SkipSilent();
        }
    }

    private void Dial()
    {
        if ((_isReaching || (Dials && _isWanted)) && _dialer.CanDial)
        {
            Cryptography.Require();
            if (IsUndecided)
            {
                // The Listening for TCP may come a moment after that for datagrams, or not at all.
                _dialer.Probe(roundTrip => mailbox.Post(new SessionEvent.Probed(roundTrip)));
                mailbox.PostLater(TimeSpan.FromMilliseconds(200), new SessionEvent.Probed(long.MaxValue));
                return;
            }

            _dialer.Dial(Enumerable.Range(1, Wanted).Except(pump.Lanes.Numbers));
        }
    }

    private void Join(ILane lane)
    {
        _dialer.End([lane.Id.Number]);
        if (_isReaching)
        {
            EndReaching("");
            _isWanted = true;
            Way.Use(ConnectMode.Reverse, lane.Id.Transport);
            acceptors.Dispose();
        }

        if (pump.Lanes.Numbers.Contains(lane.Id.Number))
        {
            // The one before is lost, though its end has not been noticed here.
            tally.Loss();
        }

        pump.Add(lane);
        var count = pump.Lanes.Numbers.Count();
        var isFirst = Lanes == 0;
        var isOther = _monitored != lane.Id.Transport;
        if (isOther)
        {
            Way.Use(Way.Mode, lane.Id.Transport);
            observer.Channel(Way.Name, _reasons.Count > 0 ? string.Join("; ", _reasons) : _choice.Reason.Length > 0 ? _choice.Reason : "the data port answers", Wanted);
        }

        Lanes = isOther ? 1 : Math.Max(Lanes, count);
        if (count == Wanted)
        {
            // The peer listens no more either: who wants more lanes has to ask for them.
            acceptors.Dispose();
            _dialer.Forget();
        }

        if (isOther)
        {
            _monitored = lane.Id.Transport;
            _monitor = pump.Monitor(Way.Transport, _offer, observer, Widen);
        }

        if (isFirst)
        {
            Poll();
        }
    }

    /// <summary>A broken lane is made again as long as anything is left to do.</summary>
    private void Lose(ILane lane, Exception? cause)
    {
        if (!pump.Lanes.Remove(lane))
        {
            return;
        }

        if (lane.Traits.IsControl)
        {
            // There is no other lane 0. That the channel broke is an event of its own.
            if (cause is ProtocolException)
            {
                throw cause;
            }

            return;
        }

        var reason = cause?.Message ?? "closed by the peer";
        tally.Loss();
        observer.Note(1, $"{lane.Id} lost: {reason}");
        var pause = _backoff.Lose(reason);
        if (Dials)
        {
            mailbox.PostLater(pause, new SessionEvent.AskAgain());
        }
    }

    /// <summary>No connection this way. What worked once is tried again for a while; before that, another way is.</summary>
    private void GiveUp(string reason)
    {
        if (_isReaching)
        {
            EndReaching(reason);
            _dialer.TurnBack();
        }
        else if (Lanes == 0)
        {
            TakeNextWay(reason);
        }
        else
        {
            _backoff.Miss(reason);
            observer.Note(1, $"no new data connection: {reason}");
            if (Dials && Way.HasChoice)
            {
                // What worked before may be blocked by now.
                Use(_monitored == Transports.Udp ? Transports.Tcp : Transports.Udp);
            }

            mailbox.PostLater(FailureBackoff.Pause, new SessionEvent.AskAgain());
        }
    }

    private void EndReaching(string reason)
    {
        _isReaching = false;
        peer.Send(new Reached(reason));
    }

    private void TakeNextWay(string reason)
    {
        if (Way.IsInline)
        {
            return;
        }

        var tried = Way.Name;
        _reasons.Add($"{tried}: {reason}");
        if (isInitiator && Way.TryNext())
        {
            SkipSilent();
            TryWay();
            return;
        }

        if (isInitiator && IsTransportNamed)
        {
            throw new Failure(
                ExitCode.Unreachable,
                $"no data connection, {string.Join("; ", _reasons)}",
                $"{OptionWord.Channel} auto falls back to tcp, {OptionWord.Ports} LOW-HIGH names ports that are open, {OptionWord.DataHost} another address");
        }

        if (isInitiator && _offer.ConnectMode != ConnectMode.Auto)
        {
            throw new Failure(
                ExitCode.Unreachable,
                $"no data connection, {tried}: {reason}",
                $"{OptionWord.Connect} auto tries other ways, {OptionWord.Ports} LOW-HIGH names ports that are open, {OptionWord.DataHost} another address");
        }

        peer.Send(new Widen(0, reason));
        if (isInitiator || !Way.HasOthers)
        {
            GoInline(string.Join("; ", _reasons));
        }
    }

    private void TryWay()
    {
        if (Dials)
        {
            Want();
        }
        else
        {
            Listen();
        }
    }

    private void GoInline(string reason)
    {
        Way.GoInline();
        acceptors.Dispose();
        pump.AllInline();
        observer.Channel(Way.Name, reason, 0);
    }

    private void Poll()
    {
        var pause = _monitor!.Poll();
        FindLimit();
        if (MayChoose && pump.IsSender && _choice.Judge(_monitored, pump.Lanes.Measure(), (long)Stopwatch.GetElapsedTime(0).TotalMicroseconds) is { } other)
        {
            Change(other);
        }

        mailbox.PostLater(MayChoose && pump.IsSender && pause > ChoicePause ? ChoicePause : pause, new SessionEvent.Poll());
    }

    private void Decide(long roundTrip)
    {
        if (!IsUndecided)
        {
            return;
        }

        _isProbed = true;
        if (roundTrip < PathProbe.Short)
        {
            observer.Note(1, $"a round trip takes {roundTrip} us: {Transports.Tcp}");
            Way.Prefer(Transports.Tcp);
        }

        SkipSilent();
        Dial();
    }

    /// <summary>From now on lanes are made over this transport; the peer has to say again where it listens.</summary>
    private void Use(string transport)
    {
        _isChosen = true;
        Way.Use(Way.Mode, transport);
        _dialer.Forget();
    }

    /// <summary>Has the lanes made again, over the other transport.</summary>
    private void Change(string transport)
    {
        observer.Note(1, $"from {_monitored} to {transport}: {_choice.Reason}");
        Use(transport);
        pump.Lanes.Data.ToList().ForEach(lane => lane.Shutdown());
    }

    /// <summary>The sender has found that the link is long.</summary>
    private void Widen(int lanes)
    {
        _wanted = lanes;
        _dialer.Forget();
        Want();
    }
}
