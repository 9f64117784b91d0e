namespace Pipe.Engine;

/// <summary>
/// Regions that a client overwrites or discards completely, so that no data from the source are needed. The client has exclusive access until
/// the claim ends.
/// </summary>
internal sealed class Claim : Pending
{
    public long First { get; private set; }

    /// <summary>The region after the last one.</summary>
    public long End { get; private set; }

    public void Begin(long first, long end)
    {
        Begin();
        (First, End) = (first, end);
    }

    public bool Overlaps(long first, long end) => first < End && First < end;

    public void Release() => Wake(isDone: true);
}
