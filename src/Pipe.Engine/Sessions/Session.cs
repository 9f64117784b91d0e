using System.Diagnostics;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// What both sides do once they have agreed: keep the lanes going, tell the ends of the copy from each other, and bring about the
/// verdict. All decisions are made here, one event after the other; data threads only post.
/// </summary>
internal sealed class Session
{
    private readonly Mailbox _mailbox;
    private readonly Peer _peer;
    private readonly Mover _mover;
    private readonly Offer _offer;
    private readonly Tally _tally;
    private readonly IObserver _observer;
    private readonly LaneDialer? _dialer;
    private readonly LaneDoor? _door;
    private readonly HashSet<int> _dialing = [];
    private long _laneless = Stopwatch.GetTimestamp();
    private bool _isWanted;
    private bool _isInline;

    /// <param name="mailbox">Events.</param>
    /// <param name="peer">The other side.</param>
    /// <param name="mover">This side's end of the blocks.</param>
    /// <param name="offer">What was agreed.</param>
    /// <param name="tally">Counters.</param>
    /// <param name="observer">Who watches.</param>
    /// <param name="dialer">If this side makes data connections.</param>
    /// <param name="door">If this side takes them.</param>
    public Session(Mailbox mailbox, Peer peer, Mover mover, Offer offer, Tally tally, IObserver observer, LaneDialer? dialer, LaneDoor? door)
    {
        _mailbox = mailbox;
        _peer = peer;
        _mover = mover;
        _offer = offer;
        _tally = tally;
        _observer = observer;
        _dialer = dialer;
        _door = door;
    }

    /// <summary>direct or ssh, and over how many lanes at the most.</summary>
    public (string Way, int Lanes) Route { get; private set; } = ("ssh", 0);

    /// <summary>Runs to the verdict and returns the size of the object. Throws what ended the copy.</summary>
    public async Task<long> RunAsync(ControlLane inline)
    {
        _observer.Entered(Phase.Moving);
        _mover.Add(inline);
        if (_mover is SendingMover { IsWide: true })
        {
            Widen();
        }

        while (true)
        {
            var what = await _mailbox.TakeAsync();
            if (Handle(what) is { } size)
            {
                return size;
            }
        }
    }

    /// <summary>The size of the object if this event is the verdict.</summary>
    private long? Handle(SessionEvent what)
    {
        switch (what)
        {
            case SessionEvent.Wide when !_isWanted:
            case SessionEvent.AskAgain:
                Widen();
                break;
            case SessionEvent.Joined(var lane):
                Join(lane);
                break;
            case SessionEvent.LaneEnded(var lane, var cause):
                Lose(lane, cause);
                break;
            case SessionEvent.NoWay(var lanes, var reason):
                _dialing.ExceptWith(lanes);
                GiveUpLanes(reason);
                break;
            case SessionEvent.AllSent(var end):
                _observer.Entered(Phase.Finishing);
                _peer.Send(end);
                break;
            case SessionEvent.Committed(var end):
                _peer.Send(new Report(end.Size, (ulong)_tally.Damaged));
                return end.Size;
            default:
                return Obey(_peer.Admit(what));
        }

        return null;
    }

    private long? Obey((MessageType? Type, byte[] Payload) message)
    {
        switch (message.Type)
        {
            case MessageType.Listening:
                Dial(_peer.Listening = Listening.Read(message.Payload));
                break;
            case MessageType.Widen:
                Widened(Protocol.Widen.Read(message.Payload).Lanes);
                break;
            case MessageType.End:
                _observer.Entered(Phase.Finishing);
                _mover.Expect(End.Read(message.Payload));
                break;
            case MessageType.Report:
                return Report.Read(message.Payload).Size;
        }

        return null;
    }

    /// <summary>This side needs data connections: makes them, or asks for them.</summary>
    private void Widen()
    {
        _isWanted = true;
        if (_isInline || _offer.Lanes == 0)
        {
            GiveUpLanes("none were asked for");
        }
        else if (_dialer is null)
        {
            _peer.Send(_door!.Open());
            _peer.Send(new Widen(_offer.Lanes));
        }
        else if (_peer.Listening is { } there)
        {
            Dial(there);
        }
        else
        {
            _peer.Send(new Widen(_offer.Lanes));
        }
    }

    /// <summary>The peer asks for data connections, or says that there will be none.</summary>
    private void Widened(int lanes)
    {
        _isWanted = lanes > 0;
        if (lanes == 0)
        {
            GoInline("the peer cannot connect");
        }
        else if (_door is not null)
        {
            _peer.Send(_door.Open());
        }
        else if (_peer.Listening is { } there)
        {
            Dial(there);
        }
    }

    private void Dial(Listening there)
    {
        if (_dialer is null || !_isWanted || _isInline)
        {
            return;
        }

        var missing = Enumerable.Range(1, _offer.Lanes).Except(_mover.Active).Except(_dialing).ToList();
        if (missing.Count > 0)
        {
            _dialing.UnionWith(missing);
            _observer.Note(2, $"connecting {missing.Count} lanes to {string.Join(" ", there.Addresses)} port {there.Port}");
            _dialer.Dial(there, missing);
        }
    }

    private void Join(SocketLane lane)
    {
        var isFirst = Route.Lanes == 0;
        _dialing.Remove(lane.Number);
        _mover.Add(lane);
        var lanes = _mover.Active.Count();
        Route = ("direct", Math.Max(Route.Lanes, lanes));
        if (lanes == _offer.Lanes)
        {
            _door?.Dispose();
        }

        if (isFirst)
        {
            _observer.Channel("direct", "the remote host answers on its data port", _offer.Lanes);
        }
    }

    /// <summary>A broken lane is made again as long as anything is left to do.</summary>
    private void Lose(ILane lane, Exception? cause)
    {
        if (!_mover.Remove(lane))
        {
            return;
        }

        _tally.Loss();
        _observer.Note(1, $"lane {lane.Number} lost: {cause?.Message ?? "closed by the peer"}");
        if (!_mover.Active.Any())
        {
            _laneless = Stopwatch.GetTimestamp();
        }

        if (_dialer is not null)
        {
            _peer.Send(new Widen(_offer.Lanes));
        }
    }

    private void GiveUpLanes(string reason)
    {
        if (_mover.Active.Any())
        {
            _observer.Note(1, $"one data connection less: {reason}");
        }
        else if (Route.Lanes == 0)
        {
            _peer.Send(new Widen(0));
            GoInline(reason);
        }
        else if (Stopwatch.GetElapsedTime(_laneless).TotalSeconds > _offer.TimeoutSeconds)
        {
            throw new Failure(ExitCode.Unreachable, $"the data connections broke and cannot be made again: {reason}");
        }
        else
        {
            _ = AskAgainAsync();
        }
    }

    private async Task AskAgainAsync()
    {
        await Task.Delay(TimeSpan.FromMilliseconds(200));
        _mailbox.Post(new SessionEvent.AskAgain());
    }

    private void GoInline(string reason)
    {
        _isInline = true;
        _mover.AllInline();
        _observer.Channel("ssh", reason, 0);
    }
}
