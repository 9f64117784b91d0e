using System.Diagnostics;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Decides whether and when lost lanes are made again: tells lanes that break occasionally from lanes that never carry anything.</summary>
/// <param name="tally">Counts the bytes moved.</param>
/// <param name="pump">The pump whose lanes these are.</param>
/// <param name="timeoutSeconds">The longest series of failures; a lane that lives longer ends the series.</param>
/// <param name="isExcused">Whether failures do not count now: the peer is suspended.</param>
internal sealed class FailureBackoff(Tally tally, DataPump pump, int timeoutSeconds, Func<bool> isExcused)
{
    /// <summary>The pause before a failed connection is tried again.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private long _bytes = -1;
    private long _since;
    private long _last;
    private long _lanelessSince = Stopwatch.GetTimestamp();

    /// <summary>Records a lost lane; returns the delay before it is made again.</summary>
    /// <exception cref="Failure">Nothing was moved between losses for the whole timeout.</exception>
    public TimeSpan Lose(string cause)
    {
        var now = Stopwatch.GetTimestamp();
        _lanelessSince = pump.Lanes.Data.Any() ? _lanelessSince : now;
        if (isExcused() || tally.Bytes != _bytes || Stopwatch.GetElapsedTime(_last, now).TotalSeconds > timeoutSeconds)
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

    /// <summary>Records that a lane could not be made although earlier ones could.</summary>
    /// <exception cref="Failure">There was no lane for the whole timeout.</exception>
    public void Miss(string reason)
    {
        if (isExcused())
        {
            _lanelessSince = Stopwatch.GetTimestamp();
        }
        else if (!pump.Lanes.Data.Any() && Stopwatch.GetElapsedTime(_lanelessSince).TotalSeconds >= timeoutSeconds)
        {
            throw new Failure(ExitCode.Unreachable, $"the data connections broke and cannot be made again: {reason}");
        }
    }
}
