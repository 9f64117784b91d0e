namespace Pipe.Archives;

/// <summary>
/// The files that should be on disk: from the next one to read, as far as the budget allows. Advances in steps of an eighth of the budget, so that each
/// command has several files to order by tape.
/// </summary>
internal sealed class RecallWindow(IReadOnlyList<RecalledFile> files, long budget)
{
    private const int Steps = 8;
    private int _first;
    private int _end;

    /// <summary>In reading order.</summary>
    public IEnumerable<RecalledFile> Files => Enumerable.Range(_first, _end - _first).Select(i => files[i]).Where(file => !file.IsRead && file.Size > 0);

    /// <summary>Moves the window to the file that is needed now, if it is outside.</summary>
    public void Aim(int index, long held)
    {
        if (index < _first || index >= _end)
        {
            _first = _end = index;
        }

        Grow(held);
    }

    /// <summary>Advances past the files that have been read.</summary>
    /// <param name="held">Bytes of files that have been read and will soon be released.</param>
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
