namespace Pipe.Engine;

/// <summary>What <c>wait --event</c> waits for.</summary>
internal enum CloneEvent
{
    /// <summary>Every region is hydrated and durable.</summary>
    Hydrated,

    /// <summary>The background has stopped after failures.</summary>
    HydrationStopped,
    SourceLost,
    SourceBack,

    /// <summary>See <see cref="CloneMode"/>.</summary>
    ModeChanged,

    /// <summary>The clone is complete and no longer served.</summary>
    Finished,
}
