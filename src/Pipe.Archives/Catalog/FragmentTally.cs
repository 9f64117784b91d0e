namespace Pipe.Archives;

/// <summary>The numbers of fragments by state.</summary>
/// <param name="OnTape">On tape only.</param>
/// <param name="Missing">Missing files.</param>
/// <param name="Wrong">Files of another size, that are not regular files, that cannot be examined, or that are lost.</param>
internal readonly record struct FragmentCounts(int OnTape, int Missing, int Wrong)
{
    public static FragmentCounts operator +(FragmentCounts one, FragmentCounts other) =>
        new(one.OnTape + other.OnTape, one.Missing + other.Missing, one.Wrong + other.Wrong);

    public static FragmentCounts Of(Whereabout whereabout) => whereabout switch
    {
        Whereabout.OnDisk => default,
        Whereabout.OnTape => new(1, 0, 0),
        Whereabout.Missing => new(0, 1, 0),
        _ => new(0, 0, 1),
    };
}

/// <summary>
/// Counts the states of an archive's fragments on all processors: one processor takes some seconds for a million files. Keeps only a few thousand
/// fragments in memory at a time.
/// </summary>
internal sealed class FragmentTally(ArchiveName archive, IReadOnlyDictionary<string, MigrationState>? states)
{
    private const int BatchSize = 4096;
    private readonly Queue<Task<FragmentCounts>> _running = [];
    private List<Fragment> _batch = [];
    private FragmentCounts _counts;

    public void Add(in Fragment fragment)
    {
        _batch.Add(fragment);
        if (_batch.Count == BatchSize)
        {
            Send();
        }
    }

    /// <summary>The total of all added fragments.</summary>
    public FragmentCounts Total()
    {
        Send();
        while (_running.Count > 0)
        {
            TakeOne();
        }

        return _counts;
    }

    private void Send()
    {
        var batch = _batch;
        _batch = [];
        _running.Enqueue(Task.Run(() => Count(batch)));
        if (_running.Count > Environment.ProcessorCount)
        {
            TakeOne();
        }
    }

    private void TakeOne() => _counts += _running.Dequeue().GetAwaiter().GetResult();

    private FragmentCounts Count(List<Fragment> fragments)
    {
        using var whereabouts = new Whereabouts(states);
        var counts = default(FragmentCounts);
        foreach (var fragment in fragments)
        {
            counts += FragmentCounts.Of(whereabouts.Of(archive, fragment));
        }

        return counts;
    }
}
