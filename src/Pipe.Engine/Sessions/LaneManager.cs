using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Makes the data connections of a session, and makes them again: direct, else reverse, else inline through the control channel. One side dials and the
/// other listens; a change from direct to reverse swaps them. Runs on the session's thread of control.
/// </summary>
/// <param name="mailbox">Source of lane events.</param>
/// <param name="peer">The other side, with the addresses it has announced.</param>
/// <param name="pump">Starts the workers of a lane.</param>
/// <param name="terms">The agreed terms.</param>
/// <param name="acceptors">This side's listeners.</param>
/// <param name="tally">Counts lost lanes.</param>
/// <param name="observer">Receives the chosen way, and the reason.</param>
/// <param name="isInitiator">Which side this is.</param>
internal sealed class LaneManager(
    Mailbox mailbox, Peer peer, DataPump pump, LaneTerms terms, LaneAcceptors acceptors, Tally tally, IObserver observer, bool isInitiator)
{
    private readonly Offer _offer = terms.Offer;
    private readonly LaneRepair _repair = new(mailbox, pump, tally, observer, terms.Offer.TimeoutSeconds);
    private readonly LaneInvitation _invitation = new(peer, acceptors, isInitiator);
    private readonly LaneDialer _dialer = new(terms, new LaneWay(terms.Offer, acceptors.Transports), observer, peer.Listening);
    private readonly TriedWays _tried = new(terms.Offer, acceptors.Transports);
    private readonly BlackHoleDetector _blackHole = new(pump, terms.Offer.TimeoutSeconds);
    private int _wanted = terms.Offer.Lanes;
    private bool _isWanted;
    private LaneWatch? _watch;
    private TransportSwitch? _switch;
    private Detour? _detour;

    public bool IsInitiator => isInitiator;

    /// <summary>The largest number of lanes at one time.</summary>
    public int Lanes { get; private set; }

    /// <summary>The way's name in the outcome; a copy that needed no data lane went through ssh.</summary>
    public string Used => Lanes > 0 ? Way.Name : ConnectModeName.Of(ConnectMode.Ssh);

    /// <summary>The active lanes and their bottleneck.</summary>
    public LaneWatch Watch => _watch ??= new LaneWatch(pump, peer, isInitiator);

    private TransportSwitch Switch => _switch ??= new TransportSwitch(_dialer, mailbox, pump, observer, terms.IsSender, isInitiator);

    private Detour Detour => _detour ??= new Detour(peer, _dialer);

    private LaneWay Way => _dialer.Way;

    /// <summary>The target number of data lanes.</summary>
    private int Wanted => Math.Min(_wanted, Way.Transport.MostLanes);

    /// <summary>Whether no lane has been made or tried yet, so that the first way is still open.</summary>
    private bool IsOpen => Lanes == 0 && _tried.IsEmpty && !Detour.IsTried;

    /// <summary>Whether this side makes the connections; in direct mode the initiator does.</summary>
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

    /// <summary>Repeats over a new control channel the requests that may have been lost with the old one.</summary>
    public void GoOn()
    {
        if (_isWanted && !Way.IsInline && pump.Lanes.Numbers.Count() < Wanted)
        {
            Want();
        }
    }

    /// <summary>Handles an event that concerns the lanes; false for any other event.</summary>
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
                if (!Way.IsInline && pump.Lanes.Numbers.Count() < Wanted)
                {
                    Ask();
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
                ReportUnanswered(reason);
                return true;
            case SessionEvent.NoWay(var lanes, var reason):
                _dialer.End(lanes);
                GiveUp(reason);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The peer listens for connections. A listening initiator means reverse mode.</summary>
    public void On(Listening there)
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

        _dialer.On(there);
        SkipSilent();
        Dial();
    }

    /// <summary>
    /// For a responder: the other end of the copy is another responder, which listens. If it can be reached, further data connections go there;
    /// otherwise nothing changes.
    /// </summary>
    public void On(Reach reach)
    {
        Detour.Begin(reach, isPossible: !isInitiator && Lanes == 0 && !Way.IsInline);
        Dial();
    }

    /// <summary>The peer asks for data connections, or reports that it cannot make any.</summary>
    public void On(Widen widen)
    {
        if (widen.Lanes == 0)
        {
            _dialer.Abandon();
            if (Lanes > 0 && !_blackHole.HasHeard)
            {
                GoAround(widen.Reason);
            }
            else
            {
                GiveUp(widen.Reason);
            }

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
            Switch.Follow(widen.Reason);
            Listen();
        }
    }

    /// <summary>Makes data connections, or asks the peer for them.</summary>
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
            Ask();
        }
    }

    /// <summary>Asks the peer for data connections. A responder that connects names the transport that it has chosen: the peer listens for only one.</summary>
    private void Ask() => peer.Send(new Widen(Wanted, Dials && !isInitiator && Switch.IsChosen ? Way.Transport.Name : ""));

    /// <summary>Listens and announces it; false if that fails and another way may exist.</summary>
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
            // The previous lane of this number is lost, although its end has not been noticed here.
            tally.Loss();
        }

        pump.Add(lane);
        var count = pump.Lanes.Numbers.Count();
        var isFirst = Lanes == 0;
        _blackHole.Begin();
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
            // The peer stops listening too: a side that wants more lanes has to ask for them.
            _invitation.End();
            _dialer.Forget();
        }

        if (isFirst)
        {
            Poll();
        }
    }

    /// <summary>Handles a way that fails: one that worked before is retried for a while, any other is replaced by the next.</summary>
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
                // The transport that worked before may be blocked by now.
                Switch.Use(Watch.Transport == Transports.Udp ? Transports.Tcp : Transports.Udp);
            }
        }
    }

    /// <summary>Tells the dialing peer to stop: its datagrams arrive here, but the answers do not arrive there.</summary>
    private void ReportUnanswered(string reason)
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

        _invitation.Withdraw(isInitiator ? TriedWays.NoWay : reason);
        if (isInitiator || !Way.HasOthers)
        {
            GoInline($"{_tried}");
        }
    }

    /// <summary>Leaves data lanes that carry nothing: everything goes through the control channel. Both sides do so.</summary>
    private void GoAround(string reason)
    {
        _tried.Abandon(Way, reason, isInitiator);
        if (isInitiator || _offer.ConnectMode == ConnectMode.Auto)
        {
            GoInline($"{_tried}");
            Lanes = 0;
            pump.Lanes.Data.ToList().ForEach(static lane => lane.Shutdown());
        }
    }

    private void GoInline(string reason)
    {
        if (isInitiator && !_tried.IsEmpty)
        {
            terms.FellBack?.Invoke(reason);
        }

        Way.GoInline();
        _invitation.End();
        pump.AllInline();
        observer.Channel(Way.Name, reason, 0);
    }

    private void Poll()
    {
        if (Way.IsInline)
        {
            return;
        }

        if (_blackHole.Detects())
        {
            const string reason = "connections are made, but packets of full size do not arrive";
            _invitation.Withdraw(reason);
            GoAround(reason);
            return;
        }

        var pause = Watch.Poll();
        mailbox.PostLater(_tried.IsEmpty ? Switch.Judge(Watch.Transport, pause) : pause, new SessionEvent.Poll());
    }

    /// <summary>Raises the number of lanes: the sender has measured a long path.</summary>
    private void Widen(int lanes)
    {
        _wanted = lanes;
        _dialer.Forget();
        Want();
    }
}
