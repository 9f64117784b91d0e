namespace Pipe.Engine.Tests;

internal static class OutboxExtensions
{
    private static readonly Flight Open = new(1);

    /// <summary>For a lane that does not break.</summary>
    public static bool TryTake(this Outbox outbox, bool isInline, out Parcel parcel) => outbox.TryTake(isInline, Open, out parcel);
}
