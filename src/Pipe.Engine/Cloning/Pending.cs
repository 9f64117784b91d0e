namespace Pipe.Engine;

/// <summary>Something that happens to regions and that other threads wait for. Its table pools it.</summary>
internal abstract class Pending
{
    /// <summary>Threads that wait; under the lock of the table.</summary>
    public int Users { get; set; }

    public bool IsDone { get; private set; }

    /// <summary>Wakes those who wait, at the end or when there is progress.</summary>
    protected void Wake(bool isDone)
    {
        lock (this)
        {
            IsDone |= isDone;
            Monitor.PulseAll(this);
        }
    }

    /// <summary>Waits for the end, or until that piece is there; false when out of time.</summary>
    /// <param name="until">By <see cref="Environment.TickCount64"/>.</param>
    /// <param name="piece">Of a fetch.</param>
    public bool Await(long until, int piece = -1)
    {
        lock (this)
        {
            while (!IsDone && !Has(piece))
            {
                var left = until - Environment.TickCount64;
                if (left <= 0)
                {
                    return false;
                }

                Monitor.Wait(this, (int)Math.Min(left, int.MaxValue));
            }

            return true;
        }
    }

    protected virtual bool Has(int piece) => false;

    protected void Begin() => (IsDone, Users) = (false, 0);
}
