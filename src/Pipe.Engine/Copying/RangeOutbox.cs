using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The outbox of an addressable source: each lane reads its own blocks, and reads lost ones again.</summary>
internal sealed class RangeOutbox : Outbox
{
    private readonly IRangeSource _source;
    private readonly IRangeSchedule _schedule;
    private readonly int _block;

    /// <param name="source">The source.</param>
    /// <param name="schedule">The order of the ranges.</param>
    /// <param name="block">Block size in bytes.</param>
    /// <param name="window">See <see cref="Outbox"/>.</param>
    public RangeOutbox(IRangeSource source, IRangeSchedule schedule, int block, int window)
        : base(window, source.Size <= Limits.InlineBytes ? Limits.InlineBytes : 0)
    {
        _source = source;
        _schedule = schedule;
        _block = block;
        schedule.Changed += LookAgain;
        LookAgain();
    }

    protected override bool HasMore => !_schedule.IsExhausted;

    protected override long Size => _source.Size;

    public override Slab Load(in OutgoingBlock outgoing, Slab own, LaneTraits traits)
    {
        try
        {
            _source.Read(own.Payload[..outgoing.Length], outgoing.Offset);
            return own;
        }
        catch (IOException e)
        {
            // Not the fault of the lane that was to carry the block.
            throw Failure.Of(e);
        }
    }

    public override void Close()
    {
        _schedule.Changed -= LookAgain;
        base.Close();
    }

    protected override bool TryMake(out OutgoingBlock outgoing)
    {
        if (!_schedule.TryNext(_block, out var range))
        {
            outgoing = default;
            return false;
        }

        outgoing = Make(range, null);
        ExhaustAtEnd();
        return true;
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
        if (_schedule.IsExhausted)
        {
            Exhaust();
        }
    }
}
