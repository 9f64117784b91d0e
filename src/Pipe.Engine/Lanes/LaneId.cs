namespace Pipe.Engine;

/// <summary>Names a lane of a session.</summary>
/// <param name="Number">0 is the control channel; data connections count from 1. A lane that is made again has the number of the lost one.</param>
/// <param name="Transport">What carries it.</param>
internal readonly record struct LaneId(int Number, string Transport)
{
    public override string ToString() => $"lane {Number}";
}
