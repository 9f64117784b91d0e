namespace Pipe.Engine;

/// <summary>Schedules the source from the first byte to the last, with its holes.</summary>
internal sealed class SequentialSchedule(IRangeSource source) : IRangeSchedule
{
    private RangeWalk _walk = new(source, 0, source.Size);

    public bool IsExhausted => _walk.IsAtEnd;

    /// <summary>Never raised: there is always a next range until all are out.</summary>
    public event Action? Changed
    {
        add { }
        remove { }
    }

    public bool TryNext(int most, out BlockRange range) => _walk.TryNext(most, out range);
}
