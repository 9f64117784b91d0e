namespace Pipe.Engine;

/// <summary>Consecutive failures of background hydration: the pause grows with each, and too many stop it.</summary>
internal sealed class FailureLog
{
    private const long FirstWait = 2000;
    private const int MostDoublings = 5;
    private readonly object _lock = new();
    private int _inARow;

    /// <summary>Total number of failures.</summary>
    public long Total { get; private set; }

    /// <summary>The earliest time for the next background request, by the clock of <see cref="Add"/>.</summary>
    public long NotBefore { get; private set; }

    /// <summary>Counts a failure; true if it is the one that stops background hydration.</summary>
    /// <param name="weight">Number of failures that it counts as.</param>
    /// <param name="most">Number of consecutive failures that stops background hydration.</param>
    /// <param name="now">Current time in milliseconds.</param>
    public bool Add(int weight, int most, long now)
    {
        lock (_lock)
        {
            Total++;
            var before = _inARow;
            _inARow = (int)Math.Min(int.MaxValue, (long)_inARow + weight);
            NotBefore = now + (FirstWait << Math.Min(before, MostDoublings));
            return before < most && _inARow >= most;
        }
    }

    /// <summary>Resets the count, after progress or a command of the user.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            (_inARow, NotBefore) = (0, 0);
        }
    }
}
