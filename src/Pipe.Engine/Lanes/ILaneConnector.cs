using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Connects lanes to a listening peer.</summary>
internal interface ILaneConnector
{
    /// <summary>Starts to connect these lanes, without waiting: each ends in <see cref="LaneTerms.Joined"/> or in a <see cref="LaneTerms.Failed"/>.</summary>
    void Dial(Listening there, IReadOnlyList<int> lanes);
}
