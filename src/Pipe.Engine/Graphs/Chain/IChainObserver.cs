namespace Pipe.Engine;

/// <summary>Receives the progress of a chain. Called from any thread, one call at a time; must neither block for long nor throw.</summary>
internal interface IChainObserver
{
    /// <summary>A node has another state, parent, size or rate.</summary>
    void Changed(ChainNodeStatus node);

    /// <summary>Reports an event of the chain: level 1 is shown with <c>-v</c>, level 2 with <c>-vv</c>.</summary>
    void Note(int level, string text);
}

/// <summary>Observes nothing.</summary>
internal sealed class NoChainObserver : IChainObserver
{
    public static NoChainObserver Instance { get; } = new();

    public void Changed(ChainNodeStatus node)
    {
        // Nothing shows progress.
    }

    public void Note(int level, string text)
    {
        // Nothing shows notes.
    }
}
