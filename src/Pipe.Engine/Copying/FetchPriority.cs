namespace Pipe.Engine;

/// <summary>How urgent the bytes of the source are. The numbers are on the wire.</summary>
internal enum FetchPriority : byte
{
    /// <summary>A client waits for them.</summary>
    Miss = 1,

    /// <summary>A client is going to ask for them.</summary>
    Hint = 2,

    /// <summary>Background hydration.</summary>
    Sweep = 3,
}
