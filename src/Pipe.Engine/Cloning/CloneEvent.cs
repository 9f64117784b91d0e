namespace Pipe.Engine;

/// <summary>An event that <c>wait --event</c> can wait for.</summary>
internal enum CloneEvent
{
    /// <summary>Every region is hydrated and durable.</summary>
    Hydrated,

    /// <summary>Background hydration has stopped after failures.</summary>
    HydrationStopped,
    SourceLost,
    SourceBack,

    /// <summary>The <see cref="CloneMode"/> has changed.</summary>
    ModeChanged,

    /// <summary>The clone is complete and no longer served.</summary>
    Finished,
}
