using System.Diagnostics;

namespace Pipe.Engine;

/// <summary>The sender looks whether the link is long, and has it used as wide as it is.</summary>
/// <param name="mover">Whose data connections these are.</param>
/// <param name="widening">Judges what is measured on them.</param>
/// <param name="observer">Is told of a long link.</param>
/// <param name="widen">Called when there should be that many data connections.</param>
internal sealed class Breadth(SendingMover mover, Widening widening, IObserver observer, Action<int> widen) : ILookout
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(100);

    /// <summary>A link does not become long, but the way to the other side may change.</summary>
    private static readonly TimeSpan Seldom = TimeSpan.FromSeconds(10);

    public TimeSpan Look()
    {
        var measures = mover.Connections.Select(lane => lane.Measure()).ToList();
        if (widening.Judge(measures, (long)Stopwatch.GetElapsedTime(0).TotalMicroseconds))
        {
            observer.Note(1, $"a round trip takes {measures.Min(one => one.LeastRoundTrip) / 1000} ms: {widening.Lanes} lanes");
            widen(widening.Lanes);
        }

        mover.Reach(widening.Reach);
        return widening.IsShort ? Seldom : Often;
    }
}
