using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Makes lanes to a peer that listens.</summary>
internal interface ILaneConnector
{
    /// <summary>Makes these lanes without waiting for them: each goes to <see cref="LaneTerms.Joined"/> or into a <see cref="LaneTerms.Failed"/>.</summary>
    void Dial(Listening there, IReadOnlyList<int> lanes);
}
