namespace Pipe.Engine;

/// <summary>
/// Warns once, before the data, of a target that has less free space than the source occupies. A warning, not a refusal: files that are replaced or removed
/// meanwhile make room, and zeros in the source take none.
/// </summary>
/// <param name="target">The target's host; empty for this one.</param>
/// <param name="warn">Receives the warning.</param>
internal sealed class SpaceCheck(string target, Action<string> warn)
{
    private readonly Lock _lock = new();
    private long _needed = -1;
    private long _free = -1;
    private bool _isDone;

    /// <param name="bytes">Bytes that the source occupies; -1 if unknown.</param>
    public void Needs(long bytes) => Set(ref _needed, bytes);

    /// <param name="bytes">Bytes that are free for the target; -1 if unknown.</param>
    public void Has(long bytes) => Set(ref _free, bytes);

    private void Set(ref long which, long bytes)
    {
        lock (_lock)
        {
            which = Math.Max(which, bytes);
            if (_isDone || _free < 0 || _needed <= _free)
            {
                return;
            }

            _isDone = true;
        }

        warn($"{(target.Length > 0 ? $"{target}: " : "")}it may not fit: the source takes {ByteSize.Round(_needed)}, the target has {ByteSize.Round(_free)} free");
    }
}
