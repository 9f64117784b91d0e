namespace Pipe.Engine;

/// <summary>What a clone still does after failures. It never gets better while the program runs.</summary>
internal enum CloneMode
{
    ReadWrite,

    /// <summary>Something could not be made durable: reads and writes of hydrated regions go on, flushes fail.</summary>
    ReadOnly,

    /// <summary>Nothing can be relied on: every request fails.</summary>
    Failed,
}
