using System.Diagnostics;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Decides whether lost lanes are made again, and when: tells those that break now and then from those that never live to bring
/// anything.
/// </summary>
/// <param name="tally">What was moved.</param>
/// <param name="pump">Whose lanes these are.</param>
/// <param name="timeoutSeconds">How long a series of failures may be; a lane that lives longer than that ends it.</param>
internal sealed class FailureBackoff(Tally tally, DataPump pump, int timeoutSeconds)
{
    /// <summary>Before what has failed is tried again.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private long _bytes = -1;
    private long _since;
    private long _last;
    private long _lanelessSince = Stopwatch.GetTimestamp();

    /// <summary>A lane is lost. How long to wait before it is made again.</summary>
    /// <exception cref="Failure">For the whole timeout nothing was moved between one loss and the next.</exception>
    public TimeSpan Lose(string cause)
    {
        var now = Stopwatch.GetTimestamp();
        _lanelessSince = pump.Lanes.Data.Any() ? _lanelessSince : now;
        if (tally.Bytes != _bytes || Stopwatch.GetElapsedTime(_last, now).TotalSeconds > timeoutSeconds)
        {
            (_bytes, _since) = (tally.Bytes, now);
        }

        _last = now;
        if (Stopwatch.GetElapsedTime(_since, _last).TotalSeconds > timeoutSeconds && !pump.IsIdle)
        {
            throw new Failure(ExitCode.Unreachable, $"the data connections break before they bring anything: {cause}");
        }

        return _since != _last ? Pause : TimeSpan.Zero;
    }

    /// <summary>A lane cannot be made, where some could before.</summary>
    /// <exception cref="Failure">There was none for the whole timeout.</exception>
    public void Miss(string reason)
    {
        if (!pump.Lanes.Data.Any() && Stopwatch.GetElapsedTime(_lanelessSince).TotalSeconds >= timeoutSeconds)
        {
            throw new Failure(ExitCode.Unreachable, $"the data connections broke and cannot be made again: {reason}");
        }
    }
}
