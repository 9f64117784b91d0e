namespace Pipe.Engine;

/// <summary>Owns the active lanes of one side. Used only by the session's thread of control.</summary>
/// <param name="start">Starts the threads of a lane and returns the action that stops them.</param>
internal sealed class LaneSet(Func<ILane, Action> start)
{
    private readonly Dictionary<int, (ILane Lane, Action Shutdown)> _lanes = [];

    /// <summary>Whether there is no active lane, lane 0 included.</summary>
    public bool IsEmpty => _lanes.Count == 0;

    /// <summary>The numbers of the data lanes.</summary>
    public IEnumerable<int> Numbers => Data.Select(lane => lane.Id.Number);

    /// <summary>The data lanes.</summary>
    public IEnumerable<ILane> Data => _lanes.Values.Select(entry => entry.Lane).Where(lane => !lane.Traits.IsControl);

    /// <summary>Starts a lane. A lane with the same number is broken, and is shut down first.</summary>
    public void Add(ILane lane)
    {
        if (_lanes.TryGetValue(lane.Id.Number, out var old))
        {
            old.Shutdown();
        }

        _lanes[lane.Id.Number] = (lane, start(lane));
    }

    /// <summary>Removes a lane that has ended. False if another has replaced it already.</summary>
    public bool Remove(ILane lane) =>
        _lanes.TryGetValue(lane.Id.Number, out var entry) && entry.Lane == lane && _lanes.Remove(lane.Id.Number);

    /// <summary>The measures of the data lanes.</summary>
    public List<LaneMeasure> Measure() => [.. Data.Select(lane => lane.Measure())];

    /// <summary>Shuts all lanes down.</summary>
    public void Shutdown()
    {
        foreach (var (_, shutdown) in _lanes.Values)
        {
            shutdown();
        }
    }
}
