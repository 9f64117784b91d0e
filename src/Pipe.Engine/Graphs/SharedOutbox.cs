using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The store of work of one copy of several that send the same blocks.</summary>
internal sealed class SharedOutbox : Outbox
{
    private readonly SharedBlocks _blocks;
    private readonly int _branch;
    private readonly DigestKind _digest;
    private readonly Tally _tally;

    /// <param name="blocks">Of all copies.</param>
    /// <param name="branch">Which copy this is.</param>
    /// <param name="digest">What their digests are.</param>
    /// <param name="window">See <see cref="Outbox"/>.</param>
    /// <param name="tally">Of this copy.</param>
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

    /// <summary>A block is sent from the slab that all copies share, if the lane leaves it as it is.</summary>
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

    /// <summary>It is known: the bytes are those that were read first, or have the same digest.</summary>
    public override Digest DigestOf(DigestKind kind, in OutgoingBlock outgoing, Slab slab) =>
        kind == DigestKind.None ? default : Find(outgoing).Digest;

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

    /// <exception cref="IOException">This copy has been given up: the lane may end.</exception>
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
