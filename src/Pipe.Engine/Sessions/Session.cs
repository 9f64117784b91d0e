using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// What both sides do once they have agreed: keep lanes and control channel going, tell the ends of the copy from each other, and
/// bring about the verdict. All decisions are made here, one event after the other; data threads only post.
/// </summary>
internal sealed class Session
{
    private const int MostRemarks = 16;
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
    private bool _isLost;

    /// <param name="mailbox">Events.</param>
    /// <param name="peer">The other side.</param>
    /// <param name="pump">This side's end of the blocks.</param>
    /// <param name="lanes">How data lanes come about.</param>
    /// <param name="offer">What was agreed.</param>
    /// <param name="recovery">What to do when it breaks.</param>
    /// <param name="tally">Counters.</param>
    /// <param name="observer">Who watches.</param>
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

    /// <summary>Gets the remote shell of a new login.</summary>
    public Action<RemoteShell> LoggedInAgain { get; init; } = _ => { };

    /// <summary>The session at the other end of a copy that passes through here: it is asked, and answers, what this side does not know.</summary>
    public Across? Across { get; init; }

    /// <summary>What the user should know though the copy is done; complete on the initiator's side.</summary>
    public HashSet<Remark> Remarks { get; } = [];

    /// <summary>
    /// Runs to the verdict and returns the size of the object. Throws what ended the copy. A responder that has reported stays until
    /// the report has arrived.
    /// </summary>
    public async Task<long> RunAsync()
    {
        _observer.Entered(Phase.Moving);
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
            }
        }
    }

    /// <summary>The size of the object if this event is the verdict.</summary>
    private long? Handle(SessionEvent what)
    {
        switch (what)
        {
            case SessionEvent.AllSent(var end, var remark, var verdict):
                _observer.Entered(Phase.Finishing);
                _lanes.Watch.FindLimit();
                Tell(verdict is null ? new Remark(remark) : new Remark(verdict.Message, verdict.Code, verdict.Hint));
                _peer.Send((_end = end).Value);
                return null;
            case SessionEvent.Committed(var end, var remark):
                Tell(new Remark(remark));
                _peer.Send(_tally.Ping);
                _peer.Send((_report = new Report(end.Size, (ulong)_tally.Damaged, (ulong)_tally.Failed, _tally.Troubles.ToString(), (ulong)_tally.Unread.Count, _tally.Unread.ToString())).Value);
                return _lanes.IsInitiator ? end.Size : null;
            case SessionEvent.Surveyed(var total):
                _peer.Send(total);
                return null;
            case SessionEvent.ControlEnded(var control, var cause):
                Lose(control, cause);
                return null;
            case SessionEvent.Relinked(var link, var shell):
                Relink(link, shell);
                return null;
            case SessionEvent.Failed when _report is { } report:
                // Committed is committed, whether the peer hears of it or not.
                return report.Size;
            default:
                return Obey(_peer.Admit(what));
        }
    }

    private long? Obey((MessageType? Type, byte[] Payload) message) =>
        message.Type is { } type && _handlers.TryGetValue(type, out var handle) ? handle(message.Payload) : null;

    /// <summary>By the message. The state table has decided that it may come now, and to this side; what is not here has no meaning any more.</summary>
    private Dictionary<MessageType, Func<byte[], long?>> Handlers() => new()
    {
        [MessageType.Listening] = Do(payload => _lanes.Told(Listening.Read(payload))),
        [MessageType.Widen] = Do(payload => _lanes.Told(Widen.Read(payload))),
        [MessageType.Reach] = Do(payload => _lanes.Told(Reach.Read(payload))),
        [MessageType.Reached] = _ => throw new ProtocolException("Reached, and nobody has asked"),
        [MessageType.Want] = Do(payload => Take(Want.Read(payload))),
        [MessageType.Have] = Do(payload => Take(Have.Read(payload))),
        [MessageType.HaveRanges] = Do(payload => _pump.Take(HaveRanges.Read(payload))),
        [MessageType.Demand] = Do(payload => _pump.Take(Demand.Read(payload))),
        [MessageType.End] = Do(payload => Take(End.Read(payload))),
        [MessageType.Resume] = Do(payload => Resume(Protocol.Resume.Read(payload))),
        [MessageType.Resumed] = Do(_ => GoOn()),
        [MessageType.Report] = payload => Verdict(Report.Read(payload)),
        [MessageType.Bye] = _ => _report?.Size ?? throw new ProtocolException("a farewell before the report"),
        [MessageType.Remark] = Do(payload => Take(Remark.Read(payload))),
        [MessageType.Waiting] = Do(payload => _observer.Waiting(_peer.Name, Waiting.Read(payload).Words)),
        [MessageType.Limited] = Do(payload => _lanes.Watch.Told(Limited.Read(payload))),
        [MessageType.Total] = Do(payload => Take(Total.Read(payload))),
    };

    /// <summary>Of a message that is not the verdict.</summary>
    private static Func<byte[], long?> Do(Action<byte[]> handle) => payload =>
    {
        handle(payload);
        return null;
    };

    private void Take(Want want)
    {
        if (Across is not null)
        {
            Across.Ask(want);
        }
        else
        {
            _pump.Take(want, _peer.Link.Control);
        }
    }

    private void Take(Have have)
    {
        if (Across is not null)
        {
            Across.Answer(have);
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

    private void Take(Remark remark)
    {
        if (Remarks.Count < MostRemarks)
        {
            Remarks.Add(remark with { Words = $"{_peer.Name}: {remark.Words}" });
        }
    }

    /// <summary>It is for the user, who is at the initiator's side.</summary>
    private void Tell(Remark remark)
    {
        if (remark.Words.Length > 0 && Remarks.Add(remark))
        {
            SendRemarks();
        }
    }

    private void SendRemarks()
    {
        foreach (var remark in Remarks.Where(_ => !_lanes.IsInitiator))
        {
            _peer.Send(remark);
        }
    }

    /// <summary>The sender may have to know first what the target has.</summary>
    private void Ask()
    {
        _pump.Tell(_peer.Link.Control);
        if (_pump.Want is { } want)
        {
            _peer.Send(want);
        }
    }

    private long Verdict(Report report)
    {
        if (_end is not { } end || report.Size != end.Size)
        {
            throw new ProtocolException($"a report of {report.Size} bytes {(_end is null ? "before the end" : $"instead of {_end.Value.Size}")}");
        }

        if (_lanes.IsInitiator)
        {
            Hear(report);
            _peer.Send(default(Bye));
        }

        return report.Size;
    }

    /// <summary>What of a tree could not be written over there.</summary>
    private void Hear(Report report)
    {
        _tally.Fail((long)Math.Min(report.Failed, int.MaxValue));
        foreach (var line in report.Troubles.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            _observer.Trouble($"{_peer.Name}: {line}");
        }
    }

    /// <summary>The control channel is gone; lanes go on as long as they need no word from the other side.</summary>
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
            _observer.Note(1, "the control channel broke; trying to take the session up again");
        }

        _isLost = true;
        _peer.Lose();
        _peer.Link.Dispose();
        _recovery.Begin(cause);
    }

    private void Relink(Link link, RemoteShell? shell)
    {
        _peer.Use(link);
        link.Start();
        if (shell is not null)
        {
            LoggedInAgain(shell);
        }
    }

    /// <summary>To the responder: somebody wants this session back.</summary>
    private void Resume(Resume resume)
    {
        Cryptography.Require();
        if (!resume.Proves(_offer.Session, _offer.Secret))
        {
            throw new ProtocolException("somebody without the secret asked for the session");
        }

        _peer.Send(default(Resumed));
        GoOn();
    }

    /// <summary>Over the new channel says again what may have been lost with the old one.</summary>
    private void GoOn()
    {
        _isLost = false;
        _recovery.Succeeded();
        _observer.Note(1, "the session goes on over a new login");
        _pump.Add(_peer.Link.Lane);
        _lanes.GoOn();
        SendRemarks();
        Ask();
        if (_peer.Role == Role.Sender)
        {
            Across?.GoOn();
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
