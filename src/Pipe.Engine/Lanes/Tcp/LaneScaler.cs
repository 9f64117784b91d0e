using System.Diagnostics;

namespace Pipe.Engine;

/// <summary>Measures whether the path is long, and asks for as many lanes as fill it.</summary>
/// <param name="lanes">The lanes to measure.</param>
/// <param name="demand">Takes the requests.</param>
internal sealed class LaneScaler(LaneSet lanes, LaneDemand demand) : ILaneMonitor
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(100);

    /// <summary>Rarely for a short path: it only becomes long if the route changes.</summary>
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
