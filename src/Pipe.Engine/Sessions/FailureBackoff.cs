using System.Diagnostics;

namespace Pipe.Engine;

/// <summary>Tells data connections that break now and then from those that never live to bring anything.</summary>
/// <param name="tally">What was moved.</param>
/// <param name="timeoutSeconds">How long a streak may be; and a connection that lives longer than that ends it.</param>
internal sealed class FailureBackoff(Tally tally, int timeoutSeconds)
{
    private long _bytes = -1;
    private long _since;
    private long _last;

    /// <summary>Whether anything was moved between the last loss and the one before.</summary>
    public bool IsFruitless => _since != _last;

    /// <summary>Nothing but losses, for the whole timeout.</summary>
    public bool IsHopeless => Stopwatch.GetElapsedTime(_since, _last).TotalSeconds > timeoutSeconds;

    /// <summary>One more is lost.</summary>
    public void Add()
    {
        var now = Stopwatch.GetTimestamp();
        if (tally.Bytes != _bytes || Stopwatch.GetElapsedTime(_last, now).TotalSeconds > timeoutSeconds)
        {
            (_bytes, _since) = (tally.Bytes, now);
        }

        _last = now;
    }
}
