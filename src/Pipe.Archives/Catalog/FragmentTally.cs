namespace Pipe.Archives;

/// <summary>How many of the fragments are where.</summary>
/// <param name="OnTape">On tape only.</param>
/// <param name="Missing">Not there.</param>
/// <param name="Wrong">There, with another size, or no files, or not to be looked at, or lost.</param>
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
/// Counts where the fragments of an archive are, on all processors: a look at a million files takes a single one some seconds. Keeps no
/// more than a few thousand at a time.
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

    /// <summary>Of all that were added.</summary>
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
