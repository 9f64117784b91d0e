namespace Pipe.Engine;

/// <summary>An operation on regions that other threads can wait for. Pooled by the <see cref="RegionTable"/>.</summary>
internal abstract class Pending
{
    /// <summary>Number of waiting threads. Guarded by the lock of the table.</summary>
    public int Users { get; set; }

    public bool IsDone { get; private set; }

    /// <summary>Wakes the waiting threads, on progress or at the end.</summary>
    protected void Wake(bool isDone)
    {
        lock (this)
        {
            IsDone |= isDone;
            Monitor.PulseAll(this);
        }
    }

    /// <summary>Waits for the end of the operation, or for a piece of a fetch; false on timeout.</summary>
    /// <param name="deadline">When to give up.</param>
    /// <param name="piece">Index of the piece; -1 for none.</param>
    public bool Await(Deadline deadline, int piece = -1)
    {
        lock (this)
        {
            while (!IsDone && !Has(piece))
            {
                if (!deadline.TryWait(this))
                {
                    return false;
                }
            }

            return true;
        }
    }

    protected virtual bool Has(int piece) => false;

    protected void Begin() => (IsDone, Users) = (false, 0);
}
