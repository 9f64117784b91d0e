using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Sends the blocks that this host has, and the node at the other end of a link lacks, as they arrive. The sequence number of a block is its number.</summary>
internal sealed class ChainOutbox : Outbox
{
    private readonly ChainBlocks _blocks;
    private readonly ChainCursor _cursor;

    public ChainOutbox(ChainBlocks blocks, ChainCursor cursor)
        : base(window: 0, inlineBytes: 0)
    {
        (_blocks, _cursor) = (blocks, cursor);
        blocks.Changed += Wake;
    }

    protected override bool HasMore => true;

    protected override bool AwaitsReceiver => _blocks.IsSentTo(_cursor);

    protected override long Size => 0;

    /// <summary>Returns the slab in memory if the lane does not modify it; otherwise fills the lane's own.</summary>
    public override Slab Load(in OutgoingBlock outgoing, Slab own, LaneTraits traits)
    {
        var number = (long)outgoing.Sequence;
        var bytes = own.Payload[..outgoing.Length];
        if (_blocks.Pin(_cursor, number, out var mayStay) is not { } slab)
        {
            _blocks.ReadAgain(number, bytes);
            return own;
        }

        if (traits.LeavesSlabs && mayStay)
        {
            return slab;
        }

        slab.Payload[..outgoing.Length].CopyTo(bytes);
        _blocks.Unpin(number, slab);
        return own;
    }

    public override void Unload(in OutgoingBlock outgoing, Slab slab) => _blocks.Unpin((long)outgoing.Sequence, slab);

    /// <summary>Returns the known digest: the bytes were verified when they came.</summary>
    public override Digest DigestOf(DigestKind kind, in OutgoingBlock outgoing, Slab slab) => _blocks.DigestOf((long)outgoing.Sequence);

    public override void Close()
    {
        _blocks.Changed -= Wake;
        _blocks.Remove(_cursor);
        base.Close();
    }

    protected override bool TryMake(out OutgoingBlock outgoing)
    {
        if (!_blocks.TryNext(_cursor, out var number, out var range))
        {
            outgoing = default;
            return false;
        }

        outgoing = Make(range, null) with { Sequence = (ulong)number };
        return true;
    }
}
