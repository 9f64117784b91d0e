using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Blocks of a source that can be addressed: each lane reads its own, and reads again what was lost.</summary>
internal sealed class RangeOutbox : Outbox
{
    private readonly IRangeSource _source;
    private readonly IRangeSchedule _schedule;
    private readonly int _block;

    /// <param name="source">What is sent.</param>
    /// <param name="schedule">In which order.</param>
    /// <param name="block">Bytes of a block.</param>
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
            // No fault of the lane that was to carry it.
            throw ObjectFailure.Of(e);
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
