namespace Pipe.Engine;

/// <summary>What the two ends of a copy must know of a lane. Never changes.</summary>
/// <param name="InFlightLimit">Blocks that may be sent and not acknowledged.</param>
internal sealed record LaneTraits(int InFlightLimit)
{
    /// <summary>Blocks travel inside the control channel: few and small, and there is no second such lane.</summary>
    public bool IsControl { get; init; }

    /// <summary>Blocks arrive in any order, and each has an acknowledgement of its own; else one acknowledgement speaks of all below an index.</summary>
    public bool IsUnordered { get; init; }

    /// <summary>The lane keeps to the rate of the session by itself, packet by packet.</summary>
    public bool PacesItself { get; init; }

    /// <summary>The lane writes nothing into a slab that it sends: other lanes may send from the same slab at the same time.</summary>
    public bool LeavesSlabs { get; init; }
}
