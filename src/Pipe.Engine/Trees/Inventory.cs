using System.Collections.Concurrent;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// What the target has of a tree already, as it has said itself. Filled by one thread; from <see cref="Complete"/> on asked by many.
/// </summary>
internal sealed class Inventory
{
    private readonly ConcurrentDictionary<string, Holding> _holdings = new();
    private readonly object _gate = new();
    private volatile bool _isComplete;

    /// <summary>Takes one Have; the empty one is the last.</summary>
    public void Add(ReadOnlySpan<byte> entries)
    {
        if (entries.IsEmpty)
        {
            End();
        }

        while (!entries.IsEmpty)
        {
            Add(TreeEntry.Read(ref entries));
        }
    }

    /// <summary>The channel broke: it is all asked for again.</summary>
    public void StartAgain()
    {
        if (!_isComplete)
        {
            _holdings.Clear();
        }
    }

    /// <summary>Waits until all of it is here.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            while (!_isComplete)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>Nobody needs to wait any more.</summary>
    public void Abort() => End();

    public bool IsComplete => _isComplete;

    /// <summary>What the target has under that path, null if nothing; it counts as looked for.</summary>
    public Holding? Find(string path)
    {
        if (!_holdings.TryGetValue(path, out var holding))
        {
            return null;
        }

        holding.IsWanted = true;
        return holding;
    }

    /// <summary>What the target has and nobody has looked for.</summary>
    public IEnumerable<string> Rest() => _holdings.Where(holding => !holding.Value.IsWanted).Select(holding => holding.Key).Order(StringComparer.Ordinal);

    private void End()
    {
        lock (_gate)
        {
            _isComplete = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Add(scoped in TreeEntry entry)
    {
        var path = RawText.Decode(entry.Path);
        if (!_holdings.TryGetValue(path, out var holding))
        {
            var kind = entry.Kind == EntryKind.Digests ? EntryKind.File : entry.Kind;
            holding = new Holding(kind, entry.Size, entry.Seconds, entry.Nanoseconds, RawText.Decode(entry.Text));
            _holdings[path] = holding;
        }

        if (entry.Kind == EntryKind.Digests && !entry.Data.IsEmpty)
        {
            holding.Add(entry.Offset, entry.Data);
        }
    }
}
