namespace Pipe.Engine.Tests;

internal static class OutboxExtensions
{
    private static readonly SendWindow Open = new(1);

    /// <summary>Takes a block for a lane that never breaks.</summary>
    public static bool TryTake(this Outbox outbox, bool isInline, out OutgoingBlock block) => outbox.TryTake(isInline, Open, out block);
}

internal static class Outboxes
{
    /// <summary>An outbox that sends a source from front to back.</summary>
    public static RangeOutbox Sequential(IRangeSource source, int block, int window) => new(source, new SequentialSchedule(source), block, window);
}
