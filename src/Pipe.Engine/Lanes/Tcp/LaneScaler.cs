using System.Diagnostics;

namespace Pipe.Engine;

/// <summary>Finds out whether the link is long, and asks for as many lanes as fill it.</summary>
/// <param name="lanes">What is measured.</param>
/// <param name="demand">Where it asks.</param>
internal sealed class LaneScaler(LaneSet lanes, LaneDemand demand) : ILaneMonitor
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(100);

    /// <summary>A link does not become long, but the way to the other side may change.</summary>
    private static readonly TimeSpan Seldom = TimeSpan.FromSeconds(10);

    private readonly ModelBasedControl _control = new(demand.Observer);
    private readonly LaneScaling _scaling = new(demand.Begin, demand.Most);

    public TimeSpan Poll()
    {
        var measures = lanes.Measure();
        if (_scaling.Judge(measures, (long)Stopwatch.GetElapsedTime(0).TotalMicroseconds))
        {
            demand.Observer.Note(1, $"a round trip takes {measures.Min(one => one.MinRoundTrip) / 1000} ms: {_scaling.Lanes} lanes");
            demand.Scale(_scaling.Lanes);
        }

        if (_scaling.IsLong)
        {
            _control.AskFor(lanes);
        }

        demand.Reach(_scaling.Reach);
        return _scaling.IsShort ? Seldom : Often;
    }
}
