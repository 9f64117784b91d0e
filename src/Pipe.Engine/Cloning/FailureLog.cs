namespace Pipe.Engine;

/// <summary>Failures of the background in a row: it waits longer after each, and stops after some.</summary>
internal sealed class FailureLog
{
    private const long FirstWait = 2000;
    private const int MostDoublings = 5;
    private readonly object _lock = new();
    private int _inARow;

    /// <summary>All that there were.</summary>
    public long Total { get; private set; }

    /// <summary>When the background may go on, by the clock of <see cref="Add"/>.</summary>
    public long NotBefore { get; private set; }

    /// <summary>Counts a failure; true if it is the one that stops the background.</summary>
    /// <param name="weight">How many it counts as.</param>
    /// <param name="most">Those that are allowed.</param>
    /// <param name="now">Milliseconds.</param>
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

    /// <summary>There is progress, or the user wants it to go on.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            (_inARow, NotBefore) = (0, 0);
        }
    }
}
