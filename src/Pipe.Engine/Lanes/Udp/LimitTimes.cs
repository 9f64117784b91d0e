namespace Pipe.Engine;

/// <summary>The time for which each cause has limited a sender.</summary>
internal sealed class LimitTimes
{
    private const int Most = 16;
    private readonly (string Cause, long Nanoseconds)[] _times = new (string, long)[Most];
    private int _count;
    private string _cause = "";
    private long _since;

    /// <summary>Nanoseconds with data to send.</summary>
    public long Busy { get; private set; }

    /// <summary>Starts to count for this cause; empty for none.</summary>
    public void Add(string cause, long now)
    {
        if (_cause.Length > 0)
        {
            Place(_cause).Nanoseconds += now - _since;
            Busy += _cause == "source" ? 0 : now - _since;
        }

        (_cause, _since) = (cause, now);
    }

    public long Of(string cause) => Place(cause).Nanoseconds;

    /// <summary>The cause that limited the sender the longest, and its share of the time.</summary>
    public (string Cause, double Share) Largest()
    {
        var (sum, largest) = (0L, ("", 0L));
        for (var i = 0; i < _count; i++)
        {
            sum += _times[i].Nanoseconds;
            largest = _times[i].Nanoseconds > largest.Item2 ? _times[i] : largest;
        }

        return (largest.Item1, sum > 0 ? (double)largest.Item2 / sum : 0);
    }

    private ref (string Cause, long Nanoseconds) Place(string cause)
    {
        for (var i = 0; i < _count; i++)
        {
            if (_times[i].Cause == cause)
            {
                return ref _times[i];
            }
        }

        _count = Math.Min(_count + 1, Most);
        _times[_count - 1] = (cause, 0);
        return ref _times[_count - 1];
    }
}
