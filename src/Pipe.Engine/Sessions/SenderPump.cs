using System.Diagnostics;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The sender's end: a source, the outbox, and a <see cref="LaneSender"/> for each lane.</summary>
internal sealed class SenderPump : DataPump
{
    /// <summary>The time that the threads of the lanes have to count the last blocks.</summary>
    private static readonly TimeSpan LastAcknowledgements = TimeSpan.FromSeconds(2);

    /// <summary>How long to wait until the lanes have sent their Leave, which follows the current block.</summary>
    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromMilliseconds(300);

    private readonly List<LaneSender> _senders = [];
    private readonly ISource _source;
    private readonly Outbox _outbox;
    private readonly SenderTerms _terms;
    private readonly bool _resumes;
    private IReadOnlyList<LaneMeasure> _measures = [];
    private MissingSchedule? _missing;
    private DemandSchedule? _demand;
    private uint _asked;

    /// <param name="mailbox">Receives AllSent when the source has ended without error.</param>
    /// <param name="source">The source, owned by the caller.</param>
    /// <param name="offer">The offer, for digest and rate.</param>
    /// <param name="block">Block size in bytes.</param>
    /// <param name="window">Blocks that the receiver can hold out of order; 0 for no limit.</param>
    /// <param name="tally">Counts acknowledged bytes.</param>
    /// <param name="resumes">Whether the receiver announces the ranges of a file that it already has.</param>
    /// <param name="shared">See <see cref="ITransferEnd.SharedOutbox"/>.</param>
    public SenderPump(Mailbox mailbox, ISource source, Offer offer, int block, int window, Tally tally, bool resumes = false, OutboxMaker? shared = null)
        : base(mailbox)
    {
        _source = source;
        _resumes = resumes;
        _terms = new SenderTerms(block, offer.Digest, new Pace(offer.Rate), tally);
        _outbox = MakeOutbox(source, block, window, resumes, offer.OnDemand, shared);
        _outbox.Wide.ContinueWith(_ => mailbox.Post(new SessionEvent.Wide()), TaskScheduler.Default);
        _outbox.Ended.ContinueWith(ended => DataThread.Start("finish", () => Finish(ended.Result)), TaskScheduler.Default);
    }

    public override bool IsWide => _source.Size > Limits.InlineBytes;

    public override Bottleneck Bottleneck
    {
        get
        {
            var measures = Lanes.Measure();
            _measures = measures.Any(lane => lane.Delivered > 0) ? measures : _measures;
            return BottleneckSearch.Find(_outbox.Times, _measures, Stopwatch.Frequency);
        }
    }

    public override bool IsIdle => _outbox.IsIdle;

    public override ILaneMonitor Monitor(ILaneTransport transport, Offer offer, IObserver observer, Action<int> scale) =>
        transport.MonitorOf(Lanes, new LaneDemand(offer.Lanes, offer.MostLanes, observer, scale, Reach));

    public override Want? Want
    {
        get
        {
            if (_source.Question is not { IsAnswered: false } question)
            {
                return null;
            }

            question.Ask();
            return new Want(++_asked, question.Names);
        }
    }

    public override void Take(Have have)
    {
        // An answer to an earlier question: between two remote hosts the new question may have overtaken it.
        if (have.Number > 0 && have.Number < _asked)
        {
            return;
        }

        if (have.Number != _asked || _source.Question is not { } question || !question.TryAdd(have.Entries))
        {
            base.Take(have);
        }
    }

    /// <summary>A source without offsets is sent whole, whatever the receiver has.</summary>
    public override void Take(HaveRanges ranges)
    {
        if (!_resumes)
        {
            base.Take(ranges);
        }

        _missing?.Take(ranges);
    }

    public override void Take(Demand demand)
    {
        if (_demand is null)
        {
            base.Take(demand);
        }

        _demand?.Take(demand);
    }

    public override void AllInline() => _outbox.AllInline();

    public override void Expect(End end) => ProtocolException.Throw("an end from the receiver");

    public override void Complete()
    {
        foreach (var left in _outbox.Complete())
        {
            _terms.Acknowledge(_outbox, left);
        }

        Lanes.Shutdown();
        _outbox.AwaitIdle(LastAcknowledgements);
    }

    public override void Leave()
    {
        _outbox.Leave();
        Task.WaitAll([.. _senders.Select(static sender => sender.LeaveAsync())], LeaveTimeout);
    }

    public override void Abort()
    {
        _outbox.Close();
        _source.Abort();
    }

    public override void Close()
    {
        _missing?.Dispose();
        _outbox.Close();
        base.Close();
    }

    protected override Action Start(ILane lane)
    {
        var sender = new LaneSender(lane, _outbox, _terms, Failed, Ended);
        _senders.Add(sender);
        sender.Start();
        return sender.Shutdown;
    }

    /// <summary>Sizes the send window for that many bytes in flight.</summary>
    private void Reach(long bytes) => _outbox.Reach(bytes / _terms.Block);

    private Outbox MakeOutbox(ISource source, int block, int window, bool resumes, bool isOnDemand, OutboxMaker? shared)
    {
        var most = Math.Min(window, Defaults.MostStreamWindow);
        if (source.Ranges is { } range)
        {
            // An ordered sink keeps nothing from an earlier run: it gets everything front to back.
            _missing = resumes ? new MissingSchedule(range, Failed) : null;
            _demand = isOnDemand ? new DemandSchedule(range) : null;
            return new RangeOutbox(range, (IRangeSchedule?)_demand ?? (IRangeSchedule?)_missing ?? new SequentialSchedule(range), block, most);
        }

        if (isOnDemand)
        {
            throw new Failure(ExitCode.Usage, "only a file or a device can be sent on demand");
        }

        most = most > 0 ? most : Defaults.MostStreamWindow;
        return shared is null ? ReadStream(source.Stream!, block, most) : shared(block, most, Failed);
    }

    private StreamOutbox ReadStream(IStreamSource stream, int block, int most)
    {
        var outbox = new StreamOutbox(stream, block, most, new SlabPool(Math.Min(most, Defaults.StreamWindow) + stream.Readers, block));
        for (var reader = 0; reader < stream.Readers; reader++)
        {
            DataThread.Start("read", () => Guard(outbox.Run));
        }

        return outbox;
    }

    private void Finish(End end) => Guard(() =>
    {
        _source.Finish();
        Mailbox.Post(new SessionEvent.AllSent(end with { Stream = _source.StreamDigest }, _source.Warning, _source.Verdict));
    });

    private void Guard(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e)
        {
            Failed(e);
        }
    }
}
