namespace Pipe.Engine;

/// <summary>The operations that a clone still supports after failures. The mode never improves while the program runs.</summary>
internal enum CloneMode
{
    ReadWrite,

    /// <summary>A sync failed: reads, and writes to hydrated regions, still work; flushes fail.</summary>
    ReadOnly,

    /// <summary>The content can no longer be trusted: every request fails.</summary>
    Failed,
}
