namespace Pipe.Engine;

/// <summary>Identifies a lane of a session.</summary>
/// <param name="Number">0 is the control channel; data lanes count from 1. A replacement lane has the number of the lost one.</param>
/// <param name="Transport">The name of its transport.</param>
internal readonly record struct LaneId(int Number, string Transport)
{
    public override string ToString() => $"lane {Number}";
}
