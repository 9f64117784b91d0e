using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Where a copy is. A run goes through them in this order; it may end early.</summary>
internal enum Phase
{
    Starting,
    Connecting,
    Moving,
    Finishing,
    Done,
}

/// <summary>What the engine tells whoever watches a copy. Called from any thread; must neither block for long nor throw.</summary>
internal interface IObserver
{
    void Entered(Phase phase);

    /// <summary>For the curious: level 1 is shown with <c>-v</c>, level 2 with <c>-vv</c>.</summary>
    void Note(int level, string text);

    void Warning(string text);

    /// <summary>A member of a tree could not be copied; the rest goes on.</summary>
    void Trouble(string text);

    /// <summary>The two sides of a comparison differ.</summary>
    void Differs(Difference difference, string path, Aspects aspects);

    /// <summary>The data take this way.</summary>
    /// <param name="way">direct, reverse or ssh.</param>
    /// <param name="reason">Why this and not another.</param>
    /// <param name="lanes">Data connections; 0 when the data travel inside the control channel.</param>
    void Channel(string way, string reason, int lanes);

    /// <summary>Nothing moves, and this is what it waits for; empty when it goes on.</summary>
    /// <param name="host">Where it waits; empty for here.</param>
    void Waiting(string host, string reason);
}
