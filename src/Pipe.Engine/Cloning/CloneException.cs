namespace Pipe.Engine;

/// <summary>The reason why a request of a client fails, other than a system error on the destination.</summary>
internal enum CloneFault
{
    /// <summary>The source is unreachable, or cannot deliver the bytes.</summary>
    Source,

    /// <summary>The <see cref="CloneMode"/> does not allow the request.</summary>
    Mode,

    /// <summary>The destination is full.</summary>
    NoSpace,

    /// <summary>Zeroing would not be faster than writing.</summary>
    Slow,
}

/// <summary>Thrown when a request of a client fails.</summary>
internal sealed class CloneException(CloneFault fault, string cause) : IOException(cause)
{
    public CloneFault Fault { get; } = fault;
}
