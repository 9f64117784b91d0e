using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The receiver's end: a sink, the inbox, and a <see cref="LaneReceiver"/> for each lane.</summary>
internal sealed class ReceiverPump : DataPump
{
    private readonly ISink _sink;
    private readonly long _size;
    private readonly bool _resumes;
    private readonly Inbox _inbox;
    private readonly ReceiverTerms _terms;
    private InventoryRun? _inventory;

    /// <param name="mailbox">Receives Committed when all data are complete, durable and under their final names.</param>
    /// <param name="sink">The sink, owned by the caller.</param>
    /// <param name="offer">The offer, for digest and lanes.</param>
    /// <param name="size">Bytes that the sender has announced; -1 if it does not know.</param>
    /// <param name="block">Block size in bytes.</param>
    /// <param name="tally">Counts the bytes that the sink has stored.</param>
    /// <param name="resumes">Whether the sender waits for the ranges that the sink already has.</param>
    public ReceiverPump(Mailbox mailbox, ISink sink, Offer offer, long size, int block, Tally tally, bool resumes = false)
        : base(mailbox)
    {
        _sink = sink;
        _size = size;
        _resumes = resumes;
        var window = WindowOf(sink);
        var slabs = new SlabPool(window + Limits.MaxLanes + 2, block);
        _inbox = sink.IsOrdered ? new StreamInbox(sink, window, tally) : new RangeInbox(sink, tally);
        _terms = new ReceiverTerms(offer.Digest, slabs, Defaults.AckEvery, tally);
        _inbox.Complete.ContinueWith(complete => DataThread.Start("commit", () => Commit(complete)), TaskScheduler.Default);
    }

    /// <summary>The receive window for this side's terms.</summary>
    public static int WindowOf(ISink sink) => sink.IsOrdered ? Defaults.MostStreamWindow : 0;

    /// <summary>Whether the sender has sent blocks that have not arrived.</summary>
    public bool IsMissing => _inbox.IsMissing;

    /// <summary>Whether the sender has announced its totals.</summary>
    public bool IsAllSent => _inbox.IsAllSent;

    public override ILaneMonitor Monitor(ILaneTransport transport, Offer offer, IObserver observer, Action<int> scale) =>
        new StallDetector(this, offer, _terms.Tally, observer);

    public override void AllInline()
    {
        // The sender chooses the lane of each block.
    }

    public override void Expect(End end)
    {
        if (_size >= 0 && end.Size != _size)
        {
            ProtocolException.Throw($"an end after {end.Size} bytes, {_size} were announced");
        }

        _inbox.Expect(end);
    }

    public override void Take(Want want, ControlChannel control)
    {
        if (_inventory?.Answers(want.Number, control) == true)
        {
            return;
        }

        var inventory = _sink.Inventory(want.Names.Split('\0')) ?? throw new ProtocolException("a Want for something that is not a tree");
        _inventory?.Abort();
        _inventory = new InventoryRun(inventory, want.Number, control, Failed);
    }

    public override void SendState(ControlChannel control)
    {
        if (_resumes)
        {
            RangesRun.Start(_sink.Kept, control, Failed);
        }

        _sink.Demands?.Attach(demand => Send(demand, control));
    }

    public override void Abort()
    {
        _inventory?.Abort();
        _sink.Abort();
    }

    public override void Close()
    {
        base.Close();
        _inventory?.Abort();
        _inbox.Close();
        _terms.Slabs.Dispose();
    }

    protected override void Yield() => _sink.Yield();

    protected override void Retake() => _sink.Retake();

    protected override Action Start(ILane lane)
    {
        var receiver = new LaneReceiver(lane, _inbox, _terms, Failed, Ended);
        receiver.Start();
        return receiver.Shutdown;
    }

    /// <summary>Ignores a broken channel: its reader reports it, and the sink repeats the demand over the next channel.</summary>
    private static void Send(Demand demand, ControlChannel control)
    {
        try
        {
            control.Send(demand);
        }
        catch (LinuxException)
        {
            // As above.
        }
    }

    private void Commit(Task<End> complete)
    {
        try
        {
            var end = complete.GetAwaiter().GetResult();
            _sink.Expect(end);
            _sink.Commit(end.Size);
            Mailbox.Post(new SessionEvent.Committed(end, _sink.Warning));
        }
        catch (Exception e)
        {
            Failed(e);
        }
    }
}
