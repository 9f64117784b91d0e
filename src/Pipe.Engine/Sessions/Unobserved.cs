using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>An observer that ignores everything: the server prints nothing of its own.</summary>
internal class Unobserved : IObserver
{
    public static Unobserved Instance { get; } = new();

    public void Entered(Phase phase)
    {
    }

    public void Note(int level, string text)
    {
    }

    public void Warning(string text)
    {
    }

    public void ItemError(string text)
    {
    }

    public void Differs(Difference difference, string path, Aspects aspects)
    {
    }

    public void Channel(string way, string reason, int lanes)
    {
    }

    public void Waiting(string host, string reason)
    {
    }
}
