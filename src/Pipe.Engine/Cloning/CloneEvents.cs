namespace Pipe.Engine;

/// <summary>Delivers the events of a clone to waiting threads and to one listener.</summary>
/// <param name="tell">Called once for each event, on the thread that raises it.</param>
internal sealed class CloneEvents(Action<CloneEvent, string> tell)
{
    private readonly long[] _counts = new long[Enum.GetValues<CloneEvent>().Length];
    private readonly object _lock = new();

    /// <summary>Number of events so far.</summary>
    public long Count { get; private set; }

    public static string NameOf(CloneEvent what) => what switch
    {
        CloneEvent.Hydrated => "hydrated",
        CloneEvent.HydrationStopped => "hydration-stopped",
        CloneEvent.SourceLost => "source-lost",
        CloneEvent.SourceBack => "source-back",
        CloneEvent.ModeChanged => "mode",
        _ => "finished",
    };

    public static CloneEvent? Named(string name)
    {
        foreach (var what in Enum.GetValues<CloneEvent>())
        {
            if (NameOf(what) == name)
            {
                return what;
            }
        }

        return null;
    }

    public void Raise(CloneEvent what, string words)
    {
        lock (_lock)
        {
            _counts[(int)what]++;
            Count++;
            Monitor.PulseAll(_lock);
        }

        tell(what, words);
    }

    public long CountOf(CloneEvent what)
    {
        lock (_lock)
        {
            return _counts[(int)what];
        }
    }

    /// <summary>Waits until an event has occurred more than <paramref name="seen"/> times; false on timeout.</summary>
    public bool Await(CloneEvent what, long seen, int timeoutMilliseconds)
    {
        var deadline = Deadline.After(timeoutMilliseconds);
        lock (_lock)
        {
            while (_counts[(int)what] <= seen)
            {
                if (!deadline.TryWait(_lock))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
