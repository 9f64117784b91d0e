namespace Pipe.Engine;

/// <summary>The fixed properties of a lane that both ends of a copy depend on.</summary>
/// <param name="InFlightLimit">Maximum number of unacknowledged blocks.</param>
internal sealed record LaneTraits(int InFlightLimit)
{
    /// <summary>Blocks travel inside the control channel: few and small, on the only such lane.</summary>
    public bool IsControl { get; init; }

    /// <summary>Blocks arrive in any order, and each has its own acknowledgement; otherwise one acknowledgement covers all blocks below an index.</summary>
    public bool IsUnordered { get; init; }

    /// <summary>The lane itself keeps to the session's rate, packet by packet.</summary>
    public bool PacesItself { get; init; }

    /// <summary>The lane does not modify the slabs that it sends: other lanes may send from the same slab at the same time.</summary>
    public bool LeavesSlabs { get; init; }
}
