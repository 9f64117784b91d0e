using System.Diagnostics;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// How the data connections of a session come about, and come about again: direct, else reverse, else not at all, so that everything
/// goes inside the control channel. One side of each session dials, the other keeps the door; going from direct to reverse swaps them.
/// Part of the session's thread of control.
/// </summary>
internal sealed class Route
{
    private static readonly TimeSpan BeforeAskingAgain = TimeSpan.FromMilliseconds(200);
    private readonly Mailbox _mailbox;
    private readonly Peer _peer;
    private readonly Mover _mover;
    private readonly Offer _offer;
    private readonly Tally _tally;
    private readonly IObserver _observer;
    private readonly LaneDialer _ownDialer;
    private readonly LaneDoor _door;
    private readonly LosingStreak _streak;
    private readonly ILookout _lookout;
    private readonly HashSet<int> _dialing = [];
    private readonly List<string> _reasons = [];
    private LaneDialer _dialer;
    private bool _isReaching;
    private Listening? _there;
    private long _lanelessSince = Stopwatch.GetTimestamp();
    private int _wanted;
    private bool _isWanted;

    /// <param name="mailbox">Where the news of lanes comes from.</param>
    /// <param name="peer">The other side; where it listens, if it has said so already.</param>
    /// <param name="mover">Puts lanes to work.</param>
    /// <param name="offer">What was agreed.</param>
    /// <param name="tally">Counts lost lanes.</param>
    /// <param name="observer">Is told which way was taken, and why.</param>
    /// <param name="dialer">Makes data connections.</param>
    /// <param name="door">Takes them.</param>
    /// <param name="isInitiator">Which side this is.</param>
    public Route(
        Mailbox mailbox, Peer peer, Mover mover, Offer offer, Tally tally, IObserver observer, LaneDialer dialer, LaneDoor door, bool isInitiator)
    {
        _mailbox = mailbox;
        _peer = peer;
        _mover = mover;
        _offer = offer;
        _tally = tally;
        _observer = observer;
        _dialer = _ownDialer = dialer;
        _door = door;
        _streak = new LosingStreak(tally, offer.TimeoutSeconds);
        _lookout = mover.Lookout(offer, observer, Widen);
        _wanted = offer.Lanes;
        IsInitiator = isInitiator;
        _there = peer.Listening;
        Way = offer.Lanes == 0 ? Way.Ssh : offer.Way == Way.Auto ? Way.Direct : offer.Way;
    }

    public bool IsInitiator { get; }

    /// <summary>Direct, Reverse or Ssh: what is used, or being tried.</summary>
    public Way Way { get; private set; }

    /// <summary>The most lanes that were at work at the same time.</summary>
    public int Lanes { get; private set; }

    /// <summary>Who makes the connections: the initiator if they are direct.</summary>
    private bool Dials => Way == Way.Direct == IsInitiator;

    public void Start()
    {
        if (Way == Way.Ssh)
        {
            GoInline("asked for");
        }
        else if (_mover.IsWide)
        {
            Want();
        }
    }

    /// <summary>The control channel is a new one: asks again for what may have been asked for over the old one.</summary>
    public void GoOn()
    {
        if (_isWanted && Way != Way.Ssh && _mover.Active.Count() < _wanted)
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
                _peer.Send(new Widen(_wanted));
                return true;
            case SessionEvent.Look:
                Look();
                return true;
            case SessionEvent.Joined(var lane):
                Join(lane);
                return true;
            case SessionEvent.LaneEnded(var lane, var cause):
                Lose(lane, cause);
                return true;
            case SessionEvent.NoWay(var lanes, var reason):
                _dialing.ExceptWith(lanes);
                GiveUp(reason);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The peer waits for connections. That the initiator does means: reverse.</summary>
    public void Told(Listening there)
    {
        _there = there;
        if (!IsInitiator && Way != Way.Reverse)
        {
            Way = Way.Reverse;
            _door.Dispose();
            _isWanted = true;
        }

        Dial();
    }

    /// <summary>
    /// To a responder: not the initiator is at the other end of the copy, but another responder, which waits there. If it can be reached,
    /// the data connections go there from now on; if not, nothing has changed.
    /// </summary>
    public void Told(Reach reach)
    {
        if (IsInitiator || _isReaching || Lanes > 0 || Way == Way.Ssh)
        {
            ProtocolException.Throw("a Reach that nobody can do anything about");
        }

        _isReaching = true;
        _there = reach.There;
        _dialer = new LaneDialer(_offer with { Session = reach.Session, Secret = reach.Secret, DataHost = "" }, "", _mailbox);
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
        else if (Way != Way.Ssh)
        {
            Listen();
        }
    }

    /// <summary>This side needs data connections: makes them, or asks for them.</summary>
    private void Want()
    {
        if (Way == Way.Ssh)
        {
            return;
        }

        Cryptography.Require();
        _isWanted = true;
        if (Dials && _there is not null)
        {
            Dial();
        }
        else if (Dials || Listen())
        {
            _peer.Send(new Widen(_wanted));
        }
    }

    /// <summary>Opens the door and says where it is; false if it cannot be opened and there may be another way.</summary>
    private bool Listen()
    {
        try
        {
            _peer.Send(_door.Open());
            return true;
        }
        catch (Failure e) when (_offer.Way == Way.Auto || Lanes > 0)
        {
            if (IsInitiator && Lanes == 0)
            {
                TakeNextWay(e.Message);
            }
            else
            {
                _peer.Send(new Widen(0, e.Message));
            }

            return false;
        }
    }

    private void Dial()
    {
        if (!(_isReaching || (Dials && _isWanted)) || _there is not { } there)
        {
            return;
        }

        var missing = Enumerable.Range(1, _wanted).Except(_mover.Active).Except(_dialing).ToList();
        if (missing.Count > 0)
        {
            Cryptography.Require();
            _dialing.UnionWith(missing);
            _observer.Note(2, $"connecting {missing.Count} lanes to {string.Join(" ", there.Addresses)} port {there.Port}");
            _dialer.Dial(there, missing);
        }
    }

    private void Join(SocketLane lane)
    {
        _dialing.Remove(lane.Number);
        if (_isReaching)
        {
            EndReaching("");
            (Way, _isWanted) = (Way.Reverse, true);
            _door.Dispose();
        }

        if (_mover.Active.Contains(lane.Number))
        {
            // The one before is lost, though its end has not been noticed here.
            _tally.Loss();
        }

        _mover.Add(lane);
        var count = _mover.Active.Count();
        var isFirst = Lanes == 0;
        if (isFirst)
        {
            _observer.Channel(Name(Way), _reasons.Count > 0 ? string.Join("; ", _reasons) : "the data port answers", _wanted);
        }

        Lanes = Math.Max(Lanes, count);
        if (count == _wanted)
        {
            // The door there is shut as well: whoever wants more has to ask for it.
            _door.Dispose();
            _there = null;
        }

        if (isFirst)
        {
            Look();
        }
    }

    /// <summary>A broken lane is made again as long as anything is left to do.</summary>
    private void Lose(ILane lane, Exception? cause)
    {
        if (!_mover.Remove(lane))
        {
            return;
        }

        if (lane.Number == 0)
        {
            // There is no other lane 0. That the channel broke is an event of its own.
            if (cause is ProtocolException)
            {
                throw cause;
            }

            return;
        }

        _tally.Loss();
        _observer.Note(1, $"lane {lane.Number} lost: {cause?.Message ?? "closed by the peer"}");
        if (!_mover.Active.Any())
        {
            _lanelessSince = Stopwatch.GetTimestamp();
        }

        _streak.Add();
        if (_streak.IsHopeless && !_mover.IsIdle)
        {
            throw new Failure(ExitCode.Unreachable, $"the data connections break before they bring anything: {cause?.Message ?? "closed by the peer"}");
        }

        if (Dials)
        {
            Later(_streak.IsFruitless ? BeforeAskingAgain : TimeSpan.Zero, new SessionEvent.AskAgain());
        }
    }

    /// <summary>No connection this way. What worked once is tried again for a while; before that, another way is.</summary>
    private void GiveUp(string reason)
    {
        if (_isReaching)
        {
            EndReaching(reason);
            (_dialer, _there) = (_ownDialer, null);
        }
        else if (Lanes == 0)
        {
            TakeNextWay(reason);
        }
        else if (_mover.Active.Any() || Stopwatch.GetElapsedTime(_lanelessSince).TotalSeconds < _offer.TimeoutSeconds)
        {
            _observer.Note(1, $"no new data connection: {reason}");
            Later(BeforeAskingAgain, new SessionEvent.AskAgain());
        }
        else
        {
            throw new Failure(ExitCode.Unreachable, $"the data connections broke and cannot be made again: {reason}");
        }
    }

    private void EndReaching(string reason)
    {
        _isReaching = false;
        _peer.Send(new Reached(reason));
    }

    private void TakeNextWay(string reason)
    {
        if (IsInitiator && _offer.Way != Way.Auto && Way != Way.Ssh)
        {
            throw new Failure(
                ExitCode.Unreachable,
                $"no data connection, {Name(Way)}: {reason}",
                "-connect auto tries other ways, -p LOW-HIGH names ports that are open, -data-host another address");
        }

        _reasons.Add($"{Name(Way)}: {reason}");
        if (IsInitiator && Way == Way.Direct)
        {
            Way = Way.Reverse;
            Listen();
            return;
        }

        if (Way != Way.Ssh)
        {
            _peer.Send(new Widen(0, reason));
            GoInline(string.Join("; ", _reasons));
        }
    }

    private void GoInline(string reason)
    {
        Way = Way.Ssh;
        _door.Dispose();
        _mover.AllInline();
        _observer.Channel(Name(Way), reason, 0);
    }

    private void Look() => Later(_lookout.Look(), new SessionEvent.Look());

    /// <summary>The sender has found that the link is long.</summary>
    private void Widen(int lanes)
    {
        _wanted = lanes;
        _there = null;
        Want();
    }

    private void Later(TimeSpan delay, SessionEvent what) =>
        Task.Delay(delay).ContinueWith(_ => _mailbox.Post(what), TaskScheduler.Default);

    private static string Name(Way way) => OptionValue.Ways[(int)way];

    /// <summary>What the outcome calls it: what did not need a data connection went through ssh.</summary>
    public string Used => Name(Lanes > 0 ? Way : Way.Ssh);
}
