namespace Pipe.Protocol.Datagrams;

/// <summary>
/// The received datagram numbers, as ranges: the contents of an Ack, and the replay window. A number below <see cref="Floor"/> counts as received, so
/// memory stays bounded whatever arrives.
/// </summary>
internal sealed class NumberRanges(int capacity = DatagramLimits.MaxRanges)
{
    private readonly ulong[] _first = new ulong[capacity];
    private readonly ulong[] _last = new ulong[capacity];
    private int _start;

    public int Count { get; private set; }

    /// <summary>Lower numbers are no longer accepted.</summary>
    public ulong Floor { get; private set; }

    public bool IsEmpty => Count == 0;

    /// <summary>The highest number; valid only if there is one.</summary>
    public ulong Largest => _last[At(Count - 1)];

    /// <summary>The range at that index, counted from the highest: 0 is the range with <see cref="Largest"/>.</summary>
    public (ulong First, ulong Last) FromTop(int index) => (_first[At(Count - 1 - index)], _last[At(Count - 1 - index)]);

    public bool Contains(ulong number)
    {
        if (number < Floor)
        {
            return true;
        }

        var below = LastStartingAtOrBelow(number);
        return below >= 0 && number <= _last[At(below)];
    }

    /// <summary>False if the number was received before.</summary>
    public bool TryAdd(ulong number)
    {
        if (number < Floor)
        {
            return false;
        }

        var below = LastStartingAtOrBelow(number);
        if (below >= 0 && number <= _last[At(below)])
        {
            return false;
        }

        Insert(below, number);
        return true;
    }

    /// <summary>Forgets all lower numbers, which count as received from here on.</summary>
    public void Forget(ulong below)
    {
        if (below <= Floor)
        {
            return;
        }

        Floor = below;
        while (Count > 0 && _last[At(0)] < below)
        {
            DropLowest();
        }

        if (Count > 0 && _first[At(0)] < below)
        {
            _first[At(0)] = below;
        }
    }

    private void Insert(int below, ulong number)
    {
        var joinsBelow = below >= 0 && _last[At(below)] + 1 == number;
        var joinsAbove = below + 1 < Count && _first[At(below + 1)] == number + 1;
        if (joinsBelow && joinsAbove)
        {
            _last[At(below)] = _last[At(below + 1)];
            RemoveAt(below + 1);
        }
        else if (joinsBelow)
        {
            _last[At(below)] = number;
        }
        else if (joinsAbove)
        {
            _first[At(below + 1)] = number;
        }
        else
        {
            InsertAt(below + 1, number);
        }
    }

    private void InsertAt(int index, ulong number)
    {
        if (Count == _first.Length)
        {
            Floor = _last[At(0)] + 1;
            DropLowest();
            index--;
            if (index < 0)
            {
                return; // lower than all remembered numbers: counts as received from here on
            }
        }

        for (var i = Count; i > index; i--)
        {
            (_first[At(i)], _last[At(i)]) = (_first[At(i - 1)], _last[At(i - 1)]);
        }

        (_first[At(index)], _last[At(index)]) = (number, number);
        Count++;
    }

    private void RemoveAt(int index)
    {
        for (var i = index; i < Count - 1; i++)
        {
            (_first[At(i)], _last[At(i)]) = (_first[At(i + 1)], _last[At(i + 1)]);
        }

        Count--;
    }

    private void DropLowest()
    {
        _start = At(1);
        Count--;
    }

    /// <summary>Most numbers belong to the highest range, so that is checked before the search.</summary>
    private int LastStartingAtOrBelow(ulong number)
    {
        if (Count == 0 || _first[At(Count - 1)] <= number)
        {
            return Count - 1;
        }

        int low = 0, high = Count - 1;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _first[At(middle)] <= number ? (middle + 1, high) : (low, middle);
        }

        return low - 1;
    }

    private int At(int index)
    {
        var at = _start + index;
        return at >= _first.Length ? at - _first.Length : at;
    }
}
