using System.Diagnostics;

namespace Pipe.Archives;

/// <summary>Reports the reason for a wait: after a moment, then periodically.</summary>
internal sealed class WaitWords(TimeSpan often)
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(500);
    private readonly long _started = Stopwatch.GetTimestamp();
    private TimeSpan _next = often < Moment ? often : Moment;

    public void Report(Func<string> words, Action<string> waiting)
    {
        var waited = Stopwatch.GetElapsedTime(_started);
        if (waited >= _next)
        {
            _next = waited + often;
            waiting(words());
        }
    }
}
