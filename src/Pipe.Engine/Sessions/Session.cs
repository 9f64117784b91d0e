using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// The part of a copy that is the same on both sides once they have agreed: keeps lanes and control channel working, detects how the copy ends, and
/// produces the verdict. Makes all decisions here, one event at a time; data threads only post.
/// </summary>
internal sealed class Session
{
    private readonly Mailbox _mailbox;
    private readonly Peer _peer;
    private readonly DataPump _pump;
    private readonly LaneManager _lanes;
    private readonly Offer _offer;
    private readonly IRecovery _recovery;
    private readonly Tally _tally;
    private readonly IObserver _observer;
    private readonly Dictionary<MessageType, Func<byte[], long?>> _handlers;
    private End? _end;
    private Report? _report;
    private long _filesThere;
    private bool _isLost;
    private long _storedThere;

    /// <param name="mailbox">The session's events.</param>
    /// <param name="peer">The other side.</param>
    /// <param name="pump">This side's end of the data path.</param>
    /// <param name="lanes">Makes the data lanes.</param>
    /// <param name="offer">The agreed offer.</param>
    /// <param name="recovery">Recovers from a broken control channel.</param>
    /// <param name="tally">Counters.</param>
    /// <param name="observer">Receives progress and notes.</param>
    public Session(
        Mailbox mailbox, Peer peer, DataPump pump, LaneManager lanes, Offer offer, IRecovery recovery, Tally tally, IObserver observer)
    {
        _mailbox = mailbox;
        _peer = peer;
        _pump = pump;
        _lanes = lanes;
        _offer = offer;
        _recovery = recovery;
        _tally = tally;
        _observer = observer;
        _handlers = Handlers();
    }

    /// <summary>Called with the remote shell of a new login.</summary>
    public Action<RemoteShell> LoggedInAgain { get; init; } = _ => { };

    /// <summary>Called with what the responder's source takes or the responder's target has.</summary>
    public Action<long> OnSpace { get; init; } = _ => { };

    /// <summary>Links to the other session of a copy that passes through this host; forwards questions that this side cannot answer.</summary>
    public InventoryForwarder? InventoryForwarder { get; init; }

    /// <summary>Warnings for the user about a successful copy; complete on the initiator's side.</summary>
    public HashSet<Warning> Warnings { get; } = [];

    /// <summary>The bytes of a tree that the receiver has stored, if that is less than it has acknowledged; null if it has stored everything.</summary>
    public long? StoredThere { get; private set; }

    /// <summary>
    /// Runs to the verdict and returns the size of the object; throws the failure that ended the copy. A responder stays until its report has arrived.
    /// </summary>
    public async Task<long> RunAsync()
    {
        _observer.Entered(Phase.Moving);
        _peer.Link.Pinged = OnPing;
        _pump.Add(_peer.Link.Lane);
        _lanes.Start();
        Ask();
        while (true)
        {
            var what = await _mailbox.TakeAsync();
            if (!_lanes.Handle(what) && Handle(what) is { } size)
            {
                return size;
            }

            if (_isLost)
            {
                _pump.YieldIfAlone();
                _recovery.IsAlone = _lanes.Lanes > 0 && _pump.Lanes.IsEmpty;
            }
        }
    }

    /// <summary>Returns the size of the object if this event is the verdict.</summary>
    private long? Handle(SessionEvent what)
    {
        switch (what)
        {
            case SessionEvent.AllSent(var end, var warning, var verdict):
                _observer.Entered(Phase.Finishing);
                _lanes.Watch.FindLimit();
                SendWarning(verdict is null ? new Warning(warning) : new Warning(verdict.Message, verdict.Code, verdict.Hint));
                _peer.Send((_end = end).Value);
                return null;
            case SessionEvent.Committed(var end, var warning):
                SendWarning(new Warning(warning));
                _peer.Send(_tally.Ping);
                _peer.Send((_report = MakeReport(end.Size)).Value);
                return _lanes.IsInitiator ? end.Size : null;
            case SessionEvent.Counted(var count):
                _peer.Send(new Total(count.Files, count.Bytes));
                _peer.Send(new Space(count.Occupied));
                return null;
            case SessionEvent.ControlEnded(var control, var cause):
                Lose(control, cause);
                return null;
            case SessionEvent.Relinked(var link, var shell):
                Relink(link, shell);
                return null;
            case SessionEvent.Failed when _report is { } report:
                // A commit is final, even if the peer never learns of it.
                return report.Size;
            default:
                return Dispatch(_peer.Admit(what));
        }
    }

    private long? Dispatch((MessageType? Type, byte[] Payload) message) =>
        message.Type is { } type && _handlers.TryGetValue(type, out var handle) ? handle(message.Payload) : null;

    /// <summary>
    /// The handlers by message type. The state table has already checked that the message is allowed now and to this side; a message without a handler
    /// is obsolete.
    /// </summary>
    private Dictionary<MessageType, Func<byte[], long?>> Handlers() => new()
    {
        [MessageType.Listening] = Do(payload => _lanes.On(Listening.Read(payload))),
        [MessageType.Widen] = Do(payload => _lanes.On(Widen.Read(payload))),
        [MessageType.Transports] = Do(payload => _lanes.On(Transports.Read(payload))),
        [MessageType.Reach] = Do(payload => _lanes.On(Reach.Read(payload))),
        [MessageType.Reached] = _ => throw new ProtocolException("an unrequested Reached"),
        [MessageType.Want] = Do(payload => Take(Want.Read(payload))),
        [MessageType.Have] = Do(payload => Take(Have.Read(payload))),
        [MessageType.HaveRanges] = Do(payload => _pump.Take(HaveRanges.Read(payload))),
        [MessageType.Demand] = Do(payload => _pump.Take(Demand.Read(payload))),
        [MessageType.End] = Do(payload => Take(End.Read(payload))),
        [MessageType.Resume] = Do(payload => Resume(Protocol.Resume.Read(payload))),
        [MessageType.Resumed] = Do(_ => GoOn()),
        [MessageType.Report] = payload => Verdict(Report.Read(payload)),
        [MessageType.Bye] = _ => _report?.Size ?? throw new ProtocolException("Bye before Report"),
        [MessageType.Warning] = Do(payload => Take(Warning.Read(payload))),
        [MessageType.Waiting] = Do(payload => _observer.Waiting(_peer.Name, Waiting.Read(payload).Words)),
        [MessageType.Limited] = Do(payload => _lanes.Watch.On(Limited.Read(payload))),
        [MessageType.Total] = Do(payload => Take(Total.Read(payload))),
        [MessageType.Space] = Do(payload => OnSpace(Space.Read(payload).Bytes)),
    };

    /// <summary>Adapts the handler of a message that is not the verdict.</summary>
    private static Func<byte[], long?> Do(Action<byte[]> handle) => payload =>
    {
        handle(payload);
        return null;
    };

    private void Take(Want want)
    {
        if (InventoryForwarder is not null)
        {
            InventoryForwarder.Ask(want);
        }
        else
        {
            _pump.Take(want, _peer.Link.Control);
        }
    }

    private void Take(Have have)
    {
        if (InventoryForwarder is not null)
        {
            InventoryForwarder.Answer(have);
        }
        else
        {
            _pump.Take(have);
        }
    }

    private void Take(End end)
    {
        _observer.Entered(Phase.Finishing);
        _pump.Expect(end);
    }

    private void Take(Total total) => _tally.Found(total.Files, total.Bytes);

    private void Take(Warning warning)
    {
        if (Warnings.Count < PeerReport.MostWarnings)
        {
            Warnings.Add(warning with { Words = $"{_peer.Name}: {warning.Words}" });
        }
    }

    /// <summary>Records a warning for the user, who is at the initiator's side.</summary>
    private void SendWarning(Warning warning)
    {
        if (warning.Words.Length > 0 && Warnings.Add(warning))
        {
            SendWarnings();
        }
    }

    private void SendWarnings()
    {
        foreach (var warning in Warnings.Where(_ => !_lanes.IsInitiator))
        {
            _peer.Send(warning);
        }
    }

    /// <summary>Sends the sender's question about the target, if it has one.</summary>
    private void Ask()
    {
        _pump.SendState(_peer.Link.Control);
        if (_pump.Want is { } want)
        {
            _peer.Send(want);
        }
    }

    private long Verdict(Report report)
    {
        PeerReport.Check(report, _end);
        if (_lanes.IsInitiator)
        {
            OnReport(report);
            _peer.Send(default(Bye));
        }

        return report.Size;
    }

    private Report MakeReport(long size)
    {
        var report = new Report(size, (ulong)_tally.Damaged, (ulong)_tally.Failed, _tally.ItemErrors.ToString(), (ulong)_tally.Unread.Count, _tally.Unread.ToString());
        return _peer.Features.HasFlag(Features.Sums) ? report with { Removed = (ulong)_tally.Removed, Same = (ulong)_tally.Tree.Same } : report;
    }

    /// <summary>Counts and reports the members of a tree that the remote end could not write.</summary>
    private void OnReport(Report report)
    {
        StoredThere = report.Failed + report.Unread > 0 ? Volatile.Read(ref _storedThere) : null;
        _tally.FailThere((long)Math.Min(report.Failed, int.MaxValue));
        if (report.Removed is { } removed)
        {
            _tally.Remove((long)Math.Min(removed, int.MaxValue));
            _tally.Tree.ReachSame((long)Math.Min(report.Same, int.MaxValue));
            _tally.ArriveThere(Volatile.Read(ref _filesThere));
        }

        PeerReport.ShowErrors(_peer.Name, report.Errors, _observer);
    }

    /// <summary>The last ping arrives directly before the report, and has the receiver's final counts.</summary>
    private void OnPing(Ping ping)
    {
        Volatile.Write(ref _storedThere, ping.Bytes);
        Volatile.Write(ref _filesThere, ping.Files);
    }

    /// <summary>Handles the loss of the control channel; lanes continue as long as they need no message from the other side.</summary>
    private void Lose(ControlChannel control, Exception? cause)
    {
        if (control != _peer.Link.Control)
        {
            return;
        }

        if (cause is ProtocolException)
        {
            throw cause;
        }

        if (!_isLost)
        {
            _observer.Note(1, "the control channel broke; trying to resume the session");
            _observer.LoginLost(isLost: true);
        }

        _isLost = true;
        _peer.Lose();
        _peer.Link.Dispose();
        _recovery.Begin(cause);
    }

    private void Relink(Link link, RemoteShell? shell)
    {
        _peer.Use(link);
        link.Pinged = OnPing;
        link.Start();
        if (shell is not null)
        {
            LoggedInAgain(shell);
        }
    }

    /// <summary>For the responder: a new login claims this session.</summary>
    private void Resume(Resume resume)
    {
        Cryptography.Require();
        if (!resume.Proves(_offer.Session, _offer.Secret))
        {
            throw new ProtocolException("a client without the secret asked for the session");
        }

        _peer.Send(default(Resumed));
        GoOn();
    }

    /// <summary>Repeats over the new channel the messages that may have been lost with the old one.</summary>
    private void GoOn()
    {
        _isLost = false;
        _recovery.Succeeded();
        _observer.Note(1, "the session continues over a new login");
        _observer.LoginLost(isLost: false);
        _pump.Add(_peer.Link.Lane);
        _lanes.GoOn();
        SendWarnings();
        Ask();
        if (_peer.Role == Role.Sender)
        {
            InventoryForwarder?.GoOn();
        }

        if (_end is { } end)
        {
            _peer.Send(end);
        }

        if (_report is { } report)
        {
            _peer.Send(report);
        }
    }
}
