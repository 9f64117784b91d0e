namespace Pipe.Engine;

/// <summary>
/// The files that are to be on disk: those from the one that is read next on, as far as the budget goes. It moves on in steps of an
/// eighth of the budget, so that each command has several files to order by tape.
/// </summary>
internal sealed class RecallWindow(IReadOnlyList<RecalledFile> files, long budget)
{
    private const int Steps = 8;
    private int _first;
    private int _end;

    /// <summary>In the order they will be read.</summary>
    public IEnumerable<RecalledFile> Files => Enumerable.Range(_first, _end - _first).Select(i => files[i]).Where(file => !file.IsRead);

    /// <summary>Somebody wants this one now; if it is outside, the window jumps there.</summary>
    public void Aim(int index)
    {
        if (index < _first || index >= _end)
        {
            _first = _end = index;
        }

        Grow();
    }

    /// <summary>Moves on past what has been read.</summary>
    public void Grow()
    {
        while (_first < _end && files[_first].IsRead)
        {
            _first++;
        }

        var used = Files.Sum(file => file.Size);
        if (used == 0 || budget - used >= budget / Steps)
        {
            for (; _end < files.Count && (used == 0 || used + files[_end].Size <= budget); _end++)
            {
                used += files[_end].Size;
            }
        }
    }
}
