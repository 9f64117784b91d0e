using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// The inbox of a node of a chain: makes each block available for the links before it stores it, and stores it once, whatever parent sends it and
/// however often.
/// </summary>
internal sealed class ChainInbox : Inbox
{
    private readonly ChainBlocks _blocks;
    private readonly IBlockReader? _reader;
    private readonly Tally _tally;
    private long _placed;
    private long _failedAt = -1;

    /// <param name="blocks">The node's blocks.</param>
    /// <param name="sink">The target; takes bytes in any order.</param>
    /// <param name="reader">Reads the bytes of an earlier run; null if there are none.</param>
    /// <param name="tally">Counts the bytes that are stored.</param>
    public ChainInbox(ChainBlocks blocks, ISink sink, IBlockReader? reader, Tally tally)
        : base(sink, tally)
    {
        (_blocks, _reader, _tally) = (blocks, reader, tally);
    }

    /// <summary>Offset of the block that could not be stored; negative if there is none.</summary>
    public long FailedAt => Volatile.Read(ref _failedAt);

    public override void Accept(in BlockHeader header, Slab slab, AckTracker acks, ulong index)
    {
        var number = Check(header);

        // Compared before it is claimed: a claimed block must be stored, because no other parent sends it again.
        if (header.Type == BlockType.Kept && !_blocks.IsHere(number) && !IsHere(header, slab))
        {
            slab.Return();
            acks.Lack(index);
            return;
        }

        if (_blocks.TryClaim(number))
        {
            Take(header, slab, number);
        }
        else
        {
            slab.Return();
        }

        acks.Consume(index);
    }

    public override void Close()
    {
        // The slabs belong to the blocks.
    }

    protected override bool IsWriting => false;

    protected override bool HasGap => false;

    protected override bool Covers(long size) => _placed == size;

    /// <summary>Returns the number of a block whose place is right.</summary>
    private long Check(in BlockHeader header)
    {
        var (number, rest) = Math.DivRem(header.Offset, _blocks.Block);
        if (rest != 0 || header.Sequence != (ulong)number || header.Span > _blocks.Block)
        {
            ProtocolException.Throw($"block {header.Sequence} of {header.Span} bytes at {header.Offset}, with blocks of {_blocks.Block}");
        }

        return number;
    }

    private void Take(in BlockHeader header, Slab slab, long number)
    {
        var isHole = header.Type == BlockType.Hole;
        if (header.Span < _blocks.Block)
        {
            // Only the last block is short, and it may have to be sent on before the totals come.
            _blocks.End(header.Offset + header.Span);
        }

        _blocks.Arrive(number, isHole ? null : slab, header.Digest);
        if (isHole)
        {
            slab.Return();
        }

        Store(header, slab);
        _blocks.Store(number, header.Span);
        lock (Gate)
        {
            CheckEnd(header);
            _placed += header.Span;
            Placed(Canonical(header), header.Type == BlockType.Kept);
            _tally.Tree.Add(0, header.Type == BlockType.Kept ? header.Span : 0);
        }
    }

    private void Store(in BlockHeader header, Slab slab)
    {
        try
        {
            if (header.Type != BlockType.Kept)
            {
                Deliver(header, slab);
            }
        }
        catch (Failure)
        {
            Interlocked.CompareExchange(ref _failedAt, header.Offset, -1);
            throw;
        }
    }

    /// <summary>Whether the bytes that are in the place of a kept block are its bytes; they are in the slab then.</summary>
    private bool IsHere(in BlockHeader header, Slab slab)
    {
        try
        {
            var bytes = slab.Payload[..(int)header.Span];
            _reader?.Read(bytes, header.Offset);
            return _reader is not null && Digest.Of(_blocks.DigestKind, bytes, header.Offset) == header.Digest;
        }
        catch (Failure)
        {
            // They cannot be read, and will be written again.
            return false;
        }
    }

    /// <summary>The header of a kept block as if its bytes had been sent: the sum of all fingerprints does not depend on the earlier contents.</summary>
    private static BlockHeader Canonical(in BlockHeader header) => header.Type == BlockType.Kept
        ? BlockHeader.Data(header.Offset, (int)header.Span, header.Sequence, header.Digest)
        : header;
}
