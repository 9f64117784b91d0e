namespace Pipe.Engine;

/// <summary>A point in time after which a wait gives up.</summary>
/// <param name="At">Milliseconds on the clock of <see cref="Environment.TickCount64"/>.</param>
internal readonly record struct Deadline(long At)
{
    public static Deadline Never => new(long.MaxValue);

    public bool IsPast => Environment.TickCount64 >= At;

    /// <summary>The deadline after a number of milliseconds; a negative number stands for never.</summary>
    public static Deadline After(long milliseconds) => milliseconds < 0 ? Never : new(Environment.TickCount64 + milliseconds);

    /// <summary>Waits once for a pulse of a lock that the caller holds; false if the deadline has passed. The caller then checks its condition again.</summary>
    public bool TryWait(object held)
    {
        var left = At - Environment.TickCount64;
        if (left <= 0)
        {
            return false;
        }

        Monitor.Wait(held, (int)Math.Min(left, int.MaxValue));
        return true;
    }
}
