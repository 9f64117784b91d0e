using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The inbox of a sink that takes bytes in any order: each lane's thread writes its own blocks.</summary>
internal sealed class RangeInbox(ISink sink, Tally tally) : Inbox(sink, tally)
{
    private readonly RangeLedger _claimed = new();
    private long _taken;
    private long _placed;

    public override void Accept(in BlockHeader header, Slab slab, AckTracker acks, ulong index)
    {
        try
        {
            if (TryClaim(header))
            {
                Place(header, slab);
            }
        }
        finally
        {
            slab.Return();
        }

        acks.Consume(index);
    }

    public override void Close()
    {
        // No slab outlives Accept.
    }

    protected override bool IsWriting => _placed < _taken;

    protected override bool HasGap => false;

    protected override bool Covers(long size) => _placed == size && _claimed.Covers(size);

    private bool TryClaim(in BlockHeader header)
    {
        lock (Gate)
        {
            var isNew = _claimed.TryAdd(header.Offset, header.Span);
            if (isNew)
            {
                CheckEnd(header);
                _taken += header.Span;
            }

            return isNew;
        }
    }

    private void Place(in BlockHeader header, Slab slab)
    {
        Deliver(header, slab);
        lock (Gate)
        {
            _placed += header.Span;
            Placed(header);
        }
    }
}
