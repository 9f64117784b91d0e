namespace Pipe.Engine;

/// <summary>The ranges of one priority of a <see cref="DemandQueue"/>, in order of request. Not thread-safe.</summary>
internal sealed class DemandRanges
{
    private readonly Queue<(long Offset, long End)> _rest = new();

    // The range that bytes are taken from; empty if its ends are equal.
    private (long Offset, long End) _front;

    public int Count => _rest.Count + (_front.Offset < _front.End ? 1 : 0);

    /// <summary>Adds a range; an empty one is ignored.</summary>
    public void Add(long offset, long end)
    {
        if (offset < end)
        {
            _rest.Enqueue((offset, end));
        }
    }

    /// <summary>Takes at most <paramref name="most"/> bytes of the first range; false if there is none.</summary>
    public bool TryTake(long most, out long offset, out long length)
    {
        if (_front.Offset == _front.End && !_rest.TryDequeue(out _front))
        {
            (offset, length) = (0, 0);
            return false;
        }

        (offset, length) = (_front.Offset, Math.Min(most, _front.End - _front.Offset));
        _front.Offset += length;
        return true;
    }

    /// <summary>Returns the end of the range that was taken last.</summary>
    public void Return(long offset, long length)
    {
        if (length > 0)
        {
            _front = (offset, Math.Max(offset + length, _front.End));
        }
    }

    /// <summary>Moves the parts inside a range to another queue. The rest keep their order.</summary>
    public void Move(long offset, long end, DemandRanges to)
    {
        var others = _rest.Count;
        Split(_front, offset, end, to);
        for (_front = default; others > 0; others--)
        {
            Split(_rest.Dequeue(), offset, end, to);
        }
    }

    public void Clear()
    {
        _rest.Clear();
        _front = default;
    }

    private void Split((long Offset, long End) range, long offset, long end, DemandRanges to)
    {
        var (from, until) = (Math.Clamp(offset, range.Offset, range.End), Math.Clamp(end, range.Offset, range.End));
        if (from >= until)
        {
            Add(range.Offset, range.End);
            return;
        }

        to.Add(from, until);
        Add(range.Offset, from);
        Add(until, range.End);
    }
}
