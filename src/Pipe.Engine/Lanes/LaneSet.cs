namespace Pipe.Engine;

/// <summary>Owns the lanes of one side that are at work. For one thread, the session's thread of control.</summary>
/// <param name="start">Starts the threads of a lane and returns what ends them.</param>
internal sealed class LaneSet(Func<ILane, Action> start)
{
    private readonly Dictionary<int, (ILane Lane, Action Shutdown)> _lanes = [];

    /// <summary>Whether no lane is at work, the one inside the control channel counted.</summary>
    public bool IsEmpty => _lanes.Count == 0;

    /// <summary>Numbers of the data lanes.</summary>
    public IEnumerable<int> Numbers => Data.Select(lane => lane.Id.Number);

    /// <summary>The data lanes.</summary>
    public IEnumerable<ILane> Data => _lanes.Values.Select(entry => entry.Lane).Where(lane => !lane.Traits.IsControl);

    /// <summary>Puts a lane to work. One with the same number is half dead: it makes room.</summary>
    public void Add(ILane lane)
    {
        if (_lanes.TryGetValue(lane.Id.Number, out var old))
        {
            old.Shutdown();
        }

        _lanes[lane.Id.Number] = (lane, start(lane));
    }

    /// <summary>A lane has ended. False if another one has taken its place already.</summary>
    public bool Remove(ILane lane) =>
        _lanes.TryGetValue(lane.Id.Number, out var entry) && entry.Lane == lane && _lanes.Remove(lane.Id.Number);

    /// <summary>What is measured on the data lanes.</summary>
    public List<LaneMeasure> Measure() => [.. Data.Select(lane => lane.Measure())];

    /// <summary>Ends them all.</summary>
    public void Shutdown()
    {
        foreach (var (_, shutdown) in _lanes.Values)
        {
            shutdown();
        }
    }
}
