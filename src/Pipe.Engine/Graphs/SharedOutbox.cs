using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The outbox of one of several copies that send the same blocks.</summary>
internal sealed class SharedOutbox : Outbox
{
    private readonly SharedBlocks _blocks;
    private readonly int _branch;
    private readonly DigestKind _digest;
    private readonly Tally _tally;

    /// <param name="blocks">The blocks of all copies.</param>
    /// <param name="branch">The index of this copy.</param>
    /// <param name="digest">The kind of the blocks' digests.</param>
    /// <param name="window">See <see cref="Outbox"/>.</param>
    /// <param name="tally">The counters of this copy.</param>
    public SharedOutbox(SharedBlocks blocks, int branch, DigestKind digest, int window, Tally tally)
        : base(window, Limits.InlineBytes)
    {
        (_blocks, _branch, _digest, _tally) = (blocks, branch, digest, tally);
        blocks.Changed += LookAgain;
        blocks.Begin(branch);
        LookAgain();
    }

    protected override bool HasMore => !_blocks.IsDone(_branch);

    protected override long Size => _blocks.Total;

    /// <summary>Returns the slab that all copies share, if the lane does not modify it.</summary>
    public override Slab Load(in OutgoingBlock outgoing, Slab own, LaneTraits traits)
    {
        var bytes = own.Payload[..outgoing.Length];
        if (_blocks.Pin(outgoing.Sequence, out var mayStay) is not { } slab)
        {
            ReadAgain(outgoing, bytes);
            return own;
        }

        if (traits.LeavesSlabs && mayStay)
        {
            return slab;
        }

        slab.Payload[..outgoing.Length].CopyTo(bytes);
        _blocks.Unpin(outgoing.Sequence, slab);
        return own;
    }

    public override void Unload(in OutgoingBlock outgoing, Slab slab) => _blocks.Unpin(outgoing.Sequence, slab);

    /// <summary>Returns the known digest: the bytes are those first read, or were verified to have the same digest. A copy may want another kind.</summary>
    public override Digest DigestOf(DigestKind kind, in OutgoingBlock outgoing, Slab slab) =>
        kind == DigestKind.None ? default : kind == _digest ? Find(outgoing).Digest : base.DigestOf(kind, outgoing, slab);

    public override void Acknowledge(in OutgoingBlock outgoing)
    {
        var (files, bytes) = _blocks.Acknowledge(_branch, outgoing.Sequence);
        _tally.Tree.Add(files, bytes);
        base.Acknowledge(outgoing);
    }

    public override void Close()
    {
        _blocks.Changed -= LookAgain;
        _blocks.Leave(_branch);
        base.Close();
    }

    protected override bool TryMake(out OutgoingBlock outgoing)
    {
        if (!_blocks.TryTake(_branch, out var block))
        {
            outgoing = default;
            return false;
        }

        outgoing = Make(new BlockRange(BlockType.Data, block.Offset, block.Length), null);
        ExhaustAtEnd();
        return true;
    }

    /// <exception cref="IOException">The copy has ended, so the lane may end too.</exception>
    private (Digest Digest, long Offset, BlockRecipe? Recipe) Find(in OutgoingBlock outgoing) =>
        _blocks.Find(outgoing.Sequence) ?? throw new IOException("the copy has ended");

    private void ReadAgain(in OutgoingBlock outgoing, Span<byte> bytes)
    {
        var (digest, offset, recipe) = Find(outgoing);
        recipe!.Read(bytes);
        if (Digest.Of(_digest, bytes, offset) != digest)
        {
            throw new Failure(ExitCode.Objects, "the source changed while it was copied", "this destination was slower than the others and read a part of the source again");
        }
    }

    private void LookAgain()
    {
        lock (Gate)
        {
            ExhaustAtEnd();
            Monitor.PulseAll(Gate);
        }
    }

    private void ExhaustAtEnd()
    {
        if (_blocks.IsDone(_branch))
        {
            Exhaust();
        }
    }
}
