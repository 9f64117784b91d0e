namespace Pipe.Engine;

/// <summary>Why a request of a client fails, other than what the system says of the destination.</summary>
internal enum CloneFault
{
    /// <summary>The source is away, or cannot deliver the bytes.</summary>
    Source,

    /// <summary>See <see cref="CloneMode"/>.</summary>
    Mode,

    /// <summary>No room in the destination.</summary>
    NoSpace,

    /// <summary>Zeroing would not be faster than writing.</summary>
    Slow,
}

/// <summary>A request of a client fails.</summary>
internal sealed class CloneException(CloneFault fault, string cause) : IOException(cause)
{
    public CloneFault Fault { get; } = fault;
}
