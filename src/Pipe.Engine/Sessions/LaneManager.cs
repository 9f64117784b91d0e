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
    private readonly Offer _offer = terms.Offer;
    private readonly LaneRepair _repair = new(mailbox, pump, tally, observer, terms.Offer.TimeoutSeconds);
    private readonly LaneInvitation _invitation = new(peer, acceptors, isInitiator);
    private readonly LaneDialer _dialer = new(terms, new LaneWay(terms.Offer, acceptors.Transports), observer, peer.Listening);
    private readonly TriedWays _tried = new(terms.Offer, acceptors.Transports);
    private int _wanted = terms.Offer.Lanes;
    private bool _isWanted;
    private LaneWatch? _watch;
    private TransportSwitch? _switch;
    private Detour? _detour;

    public bool IsInitiator => isInitiator;

    /// <summary>The most lanes that were at work at the same time.</summary>
    public int Lanes { get; private set; }

    /// <summary>What the outcome calls it: what did not need a data lane went through ssh.</summary>
    public string Used => Lanes > 0 ? Way.Name : ConnectModeName.Of(ConnectMode.Ssh);

    /// <summary>The lanes at work, and what limits them.</summary>
    public LaneWatch Watch => _watch ??= new LaneWatch(pump, peer, isInitiator);

    private TransportSwitch Switch => _switch ??= new TransportSwitch(_dialer, mailbox, pump, observer, terms.IsSender, isInitiator);

    private Detour Detour => _detour ??= new Detour(peer, _dialer);

    private LaneWay Way => _dialer.Way;

    /// <summary>Data lanes that there should be.</summary>
    private int Wanted => Math.Min(_wanted, Way.Transport.MostLanes);

    /// <summary>No lane has been made or tried yet: what comes first is open.</summary>
    private bool IsOpen => Lanes == 0 && _tried.IsEmpty && !Detour.IsTried;

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
                if (IsOpen && Switch.TryDecide(roundTrip))
                {
                    SkipSilent();
                    Dial();
                }

                return true;
            case SessionEvent.Poll:
                Poll();
                return true;
            case SessionEvent.Joined(var lane):
                Join(lane);
                return true;
            case SessionEvent.LaneEnded(var lane, var cause):
                _repair.Lose(lane, cause, Dials);
                return true;
            case SessionEvent.Unanswered(var reason):
                TellUnanswered(reason);
                return true;
            case SessionEvent.NoWay(var lanes, var reason):
                _dialer.End(lanes);
                GiveUp(reason);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The peer waits for connections. That the initiator does means: reverse.</summary>
    public void Told(Listening there)
    {
        if (!isInitiator)
        {
            if (Way.Mode != ConnectMode.Reverse)
            {
                _invitation.End();
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
        Detour.Begin(reach, isPossible: !isInitiator && Lanes == 0 && !Way.IsInline);
        Dial();
    }

    /// <summary>The peer wants connections, or says that it cannot make any.</summary>
    public void Told(Widen widen)
    {
        if (widen.Lanes == 0)
        {
            _dialer.Abandon();
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
            _invitation.Send(Way, Switch.IsChosen, Lanes > 0);
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
                _invitation.Withdraw(e.Message);
            }

            return false;
        }
    }

    private void SkipSilent()
    {
        if (Dials && (isInitiator || Lanes > 0) && !Switch.IsChosen)
        {
            _dialer.SkipSilent();
        }
    }

    private void Dial()
    {
        if ((Detour.IsTried || (Dials && _isWanted)) && _dialer.CanDial)
        {
            Cryptography.Require();
            if (IsOpen && Switch.TryProbe())
            {
                return;
            }

            _dialer.Dial(Enumerable.Range(1, Wanted).Except(pump.Lanes.Numbers));
        }
    }

    private void Join(ILane lane)
    {
        _dialer.End([lane.Id.Number]);
        if (Detour.IsTried)
        {
            Detour.Succeed(lane.Id.Transport);
            _isWanted = true;
            _invitation.End();
        }

        if (pump.Lanes.Numbers.Contains(lane.Id.Number))
        {
            // The one before is lost, though its end has not been noticed here.
            tally.Loss();
        }

        pump.Add(lane);
        var count = pump.Lanes.Numbers.Count();
        var isFirst = Lanes == 0;
        var isOther = Watch.Transport != lane.Id.Transport;
        if (isOther)
        {
            Way.Use(Way.Mode, lane.Id.Transport);
            observer.Channel(Way.Name, !_tried.IsEmpty ? $"{_tried}" : Switch.Reason.Length > 0 ? Switch.Reason : "the data port answers", Wanted);
            Watch.Begin(Way.Transport, pump.Monitor(Way.Transport, _offer, observer, Widen));
        }

        Lanes = isOther ? 1 : Math.Max(Lanes, count);
        if (count == Wanted)
        {
            // The peer listens no more either: who wants more lanes has to ask for them.
            _invitation.End();
            _dialer.Forget();
        }

        if (isFirst)
        {
            Poll();
        }
    }

    /// <summary>No connection this way. What worked once is tried again for a while; before that, another way is.</summary>
    private void GiveUp(string reason)
    {
        if (Detour.IsTried)
        {
            Detour.Fail(reason);
        }
        else if (Lanes == 0)
        {
            TakeNextWay(reason);
        }
        else
        {
            _repair.Miss(reason);
            if (Dials && Way.HasChoice)
            {
                // What worked before may be blocked by now.
                Switch.Use(Watch.Transport == Transports.Udp ? Transports.Tcp : Transports.Udp);
            }
        }
    }

    /// <summary>The peer calls, and our answers do not arrive there: it need not call any longer.</summary>
    private void TellUnanswered(string reason)
    {
        if (Lanes > 0 || Dials)
        {
            return;
        }

        if (isInitiator)
        {
            TakeNextWay(reason);
        }
        else
        {
            _invitation.Withdraw(reason);
        }
    }

    private void TakeNextWay(string reason)
    {
        if (Way.IsInline)
        {
            return;
        }

        if (_tried.TryNext(Way, reason, isInitiator))
        {
            SkipSilent();
            if (Dials)
            {
                Want();
            }
            else
            {
                Listen();
            }

            return;
        }

        _invitation.Withdraw(reason);
        if (isInitiator || !Way.HasOthers)
        {
            GoInline($"{_tried}");
        }
    }

    private void GoInline(string reason)
    {
        Way.GoInline();
        _invitation.End();
        pump.AllInline();
        observer.Channel(Way.Name, reason, 0);
    }

    private void Poll()
    {
        var pause = Watch.Poll();
        mailbox.PostLater(_tried.IsEmpty ? Switch.Judge(Watch.Transport, pause) : pause, new SessionEvent.Poll());
    }

    /// <summary>The sender has found that the link is long.</summary>
    private void Widen(int lanes)
    {
        _wanted = lanes;
        _dialer.Forget();
        Want();
    }
}
