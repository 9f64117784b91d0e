namespace Pipe.Archives;

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
    public IEnumerable<RecalledFile> Files => Enumerable.Range(_first, _end - _first).Select(i => files[i]).Where(file => !file.IsRead && file.Size > 0);

    /// <summary>Somebody wants this one now; if it is outside, the window jumps there.</summary>
    public void Aim(int index, long held)
    {
        if (index < _first || index >= _end)
        {
            _first = _end = index;
        }

        Grow(held);
    }

    /// <summary>Moves on past what has been read.</summary>
    /// <param name="held">Bytes of files that have been read and will be released in a moment.</param>
    public void Grow(long held)
    {
        while (_first < _end && files[_first].IsRead)
        {
            _first++;
        }

        var ahead = Files.Sum(file => file.Size);
        if (ahead == 0 || budget - held - ahead >= budget / Steps)
        {
            for (; _end < files.Count && (ahead == 0 || held + ahead + files[_end].Size <= budget); _end++)
            {
                ahead += files[_end].Size;
            }
        }
    }
}
