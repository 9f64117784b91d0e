using Pipe.Protocol;

namespace Pipe.Trees.Tests;

/// <summary>Records errors about members, and differences, from any thread.</summary>
internal sealed class Ear : IObserver
{
    private readonly List<string> _itemErrors = [];
    private readonly List<string> _warnings = [];
    private readonly List<(Difference Difference, string Path)> _differences = [];

    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (_warnings)
            {
                return [.. _warnings];
            }
        }
    }

    public IReadOnlyList<string> ItemErrors
    {
        get
        {
            lock (_itemErrors)
            {
                return [.. _itemErrors];
            }
        }
    }

    public IReadOnlyList<(Difference Difference, string Path)> Differences
    {
        get
        {
            lock (_differences)
            {
                return [.. _differences.OrderBy(difference => difference.Path, StringComparer.Ordinal)];
            }
        }
    }

    public void ItemError(string text)
    {
        lock (_itemErrors)
        {
            _itemErrors.Add(text);
        }
    }

    public void Differs(Difference difference, string path, Aspects aspects)
    {
        lock (_differences)
        {
            _differences.Add((difference, path));
        }
    }

    public void Entered(Phase phase)
    {
    }

    public void Note(int level, string text)
    {
    }

    public void Warning(string text)
    {
        lock (_warnings)
        {
            _warnings.Add(text);
        }
    }

    public void Channel(string way, string reason, int lanes)
    {
    }

    public void Waiting(string host, string reason)
    {
    }
}
