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
    private readonly LaneRepair _repair = new(mailbox, pump, tally, observer, terms.Offer.TimeoutSeconds, () => peer.Link.IsPaused);
    private readonly LaneRequests _requests = new(mailbox, peer, pump, terms, acceptors, observer, isInitiator);
    private readonly BlackHoleDetector _blackHole = new(pump, terms.Offer.TimeoutSeconds);
    private LaneWatch? _watch;

    public bool IsInitiator => isInitiator;

    /// <summary>The largest number of lanes at one time.</summary>
    public int Lanes => _requests.Lanes;

    /// <summary>The way's name in the outcome; a copy that needed no data lane went through ssh.</summary>
    public string Used => Lanes > 0 ? Way.NameWith(Watch.Transport) : ConnectModeName.Of(ConnectMode.Ssh);

    /// <summary>The bottleneck of the data lanes; unknown for a copy that went through ssh.</summary>
    public Bottleneck Limit => Lanes > 0 ? Watch.Limit : Bottleneck.Unknown;

    /// <summary>The active lanes and their bottleneck.</summary>
    public LaneWatch Watch => _watch ??= new LaneWatch(pump, peer, isInitiator);

    private TransportSwitch Switch => _requests.Switch;

    private Detour Detour => _requests.Detour;

    private TriedWays Tried => _requests.Tried;

    private LaneWay Way => _requests.Way;

    /// <summary>Why this way and transport are used.</summary>
    private string Reason => !Tried.IsEmpty ? $"{Tried}" : Switch.Reason.Length > 0 ? Switch.Reason : _requests.Dialer.Skipped ?? "the data port answers";

    public void Start()
    {
        _requests.SkipSilent();
        if (Way.IsInline)
        {
            GoInline(terms.WhyInline);
        }
        else if (pump.IsWide)
        {
            Want();
        }
    }

    /// <summary>Repeats over a new control channel the requests that may have been lost with the old one.</summary>
    public void GoOn()
    {
        if (_requests.IsWanted && _requests.IsShort)
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
                if (!_requests.IsWanted)
                {
                    Want();
                }

                return true;
            case SessionEvent.AskAgain:
                if (_requests.IsShort)
                {
                    _requests.Ask();
                }

                return true;
            case SessionEvent.Probed(var roundTrip):
                if (_requests.IsOpen && Switch.TryDecide(roundTrip))
                {
                    _requests.SkipSilent();
                    _requests.Dial();
                }

                return true;
            case SessionEvent.Poll:
                Poll();
                return true;
            case SessionEvent.Joined(var lane):
                Join(lane);
                return true;
            case SessionEvent.LaneEnded(var lane, var cause):
                _requests.Forget(lane);
                _repair.Lose(lane, cause, _requests.Dials, isReplaced: Switch.HasReplaced(lane));
                return true;
            case SessionEvent.Unanswered(var reason):
                if (Lanes == 0 && !_requests.Dials)
                {
                    // Tells the dialing peer to stop: its datagrams arrive here, but the answers do not arrive there.
                    Leave(reason);
                }

                return true;
            case SessionEvent.NoWay(var lanes, var reason):
                _requests.Dialer.End(lanes);
                GiveUp(reason);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The initiator allows only these transports: the other end of the copy has no others.</summary>
    public void On(Transports allowed) => Way.Allow(allowed.Names);

    /// <summary>The peer listens for connections. A listening initiator means reverse mode; another responder lists all of its transports.</summary>
    public void On(Listening there)
    {
        if (!isInitiator && !Detour.IsTaken)
        {
            if (Way.Mode != ConnectMode.Reverse)
            {
                _requests.Invitation.End();
                _requests.IsWanted = true;
            }

            Way.Use(ConnectMode.Reverse, there.Transport);
        }

        _requests.Dialer.On(there);
        _requests.SkipSilent();
        _requests.Dial();
    }

    /// <summary>
    /// For a responder: the other end of the copy is another responder, which listens. If it can be reached, further data connections go there;
    /// otherwise nothing changes.
    /// </summary>
    public void On(Reach reach)
    {
        Detour.Begin(reach, isPossible: !isInitiator && Lanes == 0 && !Way.IsInline);
        _requests.Dial();
    }

    /// <summary>The peer asks for data connections, or reports that it cannot make any.</summary>
    public void On(Widen widen)
    {
        if (widen.Lanes == 0)
        {
            _requests.Dialer.Abandon();
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

        _requests.Raise(widen.Lanes);
        Switch.Follow(widen.Reason);
        if (_requests.Dials)
        {
            _requests.Dial();
        }
        else if (!Way.IsInline)
        {
            Listen();
        }
    }

    private void Want() => Leave(_requests.Want());

    private void Listen() => Leave(_requests.Listen());

    private void Join(ILane lane)
    {
        _requests.Dialer.End([lane.Id.Number]);
        if (Detour.IsTried)
        {
            Detour.Succeed(lane.Id.Transport);
            _requests.IsWanted = true;
            _requests.Invitation.End();
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
            observer.Channel(Way.Name, Reason, _requests.Wanted);
            Watch.Begin(Way.Transport, pump.Monitor(Way.Transport, _offer, observer, Widen));
        }

        _requests.Lanes = isOther ? 1 : Math.Max(Lanes, count);
        if (count == _requests.Wanted)
        {
            // The peer stops listening too: a side that wants more lanes has to ask for them.
            _requests.Invitation.End();
            _requests.Dialer.Forget();
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
            if (_requests.Dials && Way.HasChoice)
            {
                // The transport that worked before may be blocked by now.
                Switch.Use(Watch.Transport == Transports.Udp ? Transports.Tcp : Transports.Udp, reason);
            }
        }
    }

    /// <summary>Goes on to the next way before there was any lane, if this side chooses it; otherwise tells the peer.</summary>
    /// <param name="reason">Why the present way fails; null if it does not.</param>
    private void Leave(string? reason)
    {
        if (reason is not null && isInitiator && Lanes == 0)
        {
            TakeNextWay(reason);
        }
        else if (reason is not null)
        {
            _requests.Invitation.Withdraw(reason);
        }
    }

    private void TakeNextWay(string reason)
    {
        if (Way.IsInline)
        {
            return;
        }

        if (Tried.TryNext(Way, reason, isInitiator))
        {
            _requests.SkipSilent();
            if (_requests.Dials)
            {
                Want();
            }
            else
            {
                Listen();
            }

            return;
        }

        _requests.Invitation.Withdraw(isInitiator ? TriedWays.NoWay : reason);
        if (isInitiator || !Way.HasOthers)
        {
            GoInline($"{Tried}");
        }
    }

    /// <summary>Leaves data lanes that carry nothing: everything goes through the control channel. Both sides do so.</summary>
    private void GoAround(string reason)
    {
        Tried.Abandon(Way, reason, isInitiator);
        if (isInitiator || _offer.ConnectMode == ConnectMode.Auto)
        {
            GoInline($"{Tried}");
            _requests.Lanes = 0;
            pump.Lanes.Data.ToList().ForEach(static lane => lane.Shutdown());
        }
    }

    private void GoInline(string reason)
    {
        if (isInitiator && !Tried.IsEmpty)
        {
            terms.FellBack?.Invoke(reason);
        }

        Way.GoInline();
        _requests.Invitation.End();
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
            _requests.Invitation.Withdraw(reason);
            GoAround(reason);
            return;
        }

        var pause = Watch.Poll();
        mailbox.PostLater(Tried.IsEmpty ? Switch.Judge(Watch.Transport, pause) : pause, new SessionEvent.Poll());
    }

    /// <summary>Raises the number of lanes: the sender has measured a long path.</summary>
    private void Widen(int lanes)
    {
        _requests.Widen(lanes);
        Want();
    }
}
