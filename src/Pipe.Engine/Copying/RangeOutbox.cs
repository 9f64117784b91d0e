using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Blocks of a source that can be addressed: each lane reads its own, and reads again what was lost.</summary>
internal sealed class RangeOutbox : Outbox
{
    private readonly IRangeSource _source;
    private readonly int _block;
    private long _hole;

    /// <param name="source">What is sent.</param>
    /// <param name="block">Bytes of a block.</param>
    /// <param name="window">See <see cref="Outbox"/>.</param>
    public RangeOutbox(IRangeSource source, int block, int window)
        : base(window, source.Size <= Limits.InlineBytes ? Limits.InlineBytes : 0)
    {
        _source = source;
        _block = block;
        _hole = source.NextHole(0);
        lock (Gate)
        {
            ExhaustAtEnd();
        }
    }

    protected override bool HasMore => Position < _source.Size;

    public override void Load(in OutgoingBlock outgoing, Slab slab)
    {
        try
        {
            _source.Read(slab.Payload[..outgoing.Length], outgoing.Offset);
        }
        catch (IOException e)
        {
            // No fault of the lane that was to carry it.
            throw ObjectFailure.Of(e);
        }
    }

    protected override bool TryMake(out OutgoingBlock outgoing)
    {
        var data = _source.NextData(Position);
        if (data > Position)
        {
            outgoing = Make(BlockType.Hole, data - Position, null);
            _hole = _source.NextHole(data);
        }
        else
        {
            if (Position >= _hole)
            {
                _hole = _source.NextHole(Position);
            }

            outgoing = Make(BlockType.Data, Math.Min(_block, _hole - Position), null);
        }

        ExhaustAtEnd();
        return true;
    }

    private void ExhaustAtEnd()
    {
        if (Position == _source.Size)
        {
            Exhaust();
        }
    }
}
