namespace Pipe.Engine;

/// <summary>The count of a source that several copies share. A copy may ask for it before or after the source has been counted. Thread-safe.</summary>
internal sealed class SharedCount
{
    private readonly Lock _lock = new();
    private readonly List<Action<SourceCount>> _askers = [];
    private SourceCount? _count;

    /// <summary>Sets the count and passes it to every copy that has asked for it.</summary>
    public void Set(SourceCount count)
    {
        lock (_lock)
        {
            _count = count;
            _askers.ForEach(asker => asker(count));
            _askers.Clear();
        }
    }

    /// <param name="found">Called once, at once or from <see cref="Set"/>.</param>
    public void Ask(Action<SourceCount> found)
    {
        lock (_lock)
        {
            if (_count is { } count)
            {
                found(count);
            }
            else
            {
                _askers.Add(found);
            }
        }
    }
}
