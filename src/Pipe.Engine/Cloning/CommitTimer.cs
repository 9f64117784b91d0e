namespace Pipe.Engine;

/// <summary>
/// Commits once a second while regions become hydrated, and at once when the last one is. Has a thread of its own, because a sync may take
/// seconds and background hydration must not wait for it.
/// </summary>
/// <param name="hydration">The hydration whose progress is made durable.</param>
/// <param name="committer">Makes it durable.</param>
/// <param name="hydrated">Called once all regions are committed.</param>
internal sealed class CommitTimer(Hydration hydration, Committer committer, Action hydrated)
{
    private const int PeriodMilliseconds = 1000;
    private const int IdleMilliseconds = 50;
    private readonly object _lock = new();
    private bool _isClosed;

    public void Start() => DataThread.Start("commit", Run);

    /// <summary>Called when regions have become hydrated.</summary>
    public void Wake()
    {
        if (hydration.Map.IsFull)
        {
            lock (_lock)
            {
                Monitor.PulseAll(_lock);
            }
        }
    }

    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            Monitor.PulseAll(_lock);
        }
    }

    private void Run()
    {
        while (TryAwaitTurn())
        {
            if (!IsDone)
            {
                Commit();
            }

            if (IsDone)
            {
                hydrated();
                return;
            }
        }
    }

    /// <summary>Waits until a commit is due; false once closed.</summary>
    private bool TryAwaitTurn()
    {
        lock (_lock)
        {
            while (!_isClosed && !IsDue)
            {
                var since = Environment.TickCount64 - committer.LastEnded;
                Monitor.Wait(_lock, since < PeriodMilliseconds ? (int)(PeriodMilliseconds - since) : IdleMilliseconds);
            }

            return !_isClosed;
        }
    }

    private bool IsDone
    {
        get
        {
            lock (hydration.Gate)
            {
                return hydration.Map.IsCommittedFull;
            }
        }
    }

    private bool IsDue
    {
        get
        {
            var map = hydration.Map;
            return hydration.Mode == CloneMode.ReadWrite
                && (map.IsFull || (map.IsChanged && Environment.TickCount64 - committer.LastEnded >= PeriodMilliseconds));
        }
    }

    private void Commit()
    {
        try
        {
            committer.Run();
        }
        catch (IOException)
        {
            // The committer has reported the failure to the clone, whose mode ends the commits.
        }
    }
}
