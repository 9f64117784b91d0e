namespace Pipe.Engine.Tests;

internal static class OutboxExtensions
{
    private static readonly SendWindow Open = new(1);

    /// <summary>For a lane that does not break.</summary>
    public static bool TryTake(this Outbox outbox, bool isInline, out OutgoingBlock block) => outbox.TryTake(isInline, Open, out block);
}
