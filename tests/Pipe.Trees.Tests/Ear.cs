using Pipe.Protocol;

namespace Pipe.Trees.Tests;

/// <summary>Hears of troubles and differences, from any thread.</summary>
internal sealed class Ear : IObserver
{
    private readonly List<string> _troubles = [];
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

    public IReadOnlyList<string> Troubles
    {
        get
        {
            lock (_troubles)
            {
                return [.. _troubles];
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

    public void Trouble(string text)
    {
        lock (_troubles)
        {
            _troubles.Add(text);
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
