using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The phases of a copy, in order; a run may end in any of them.</summary>
internal enum Phase
{
    Starting,
    Connecting,
    Moving,
    Finishing,
    Done,
}

/// <summary>Receives the progress of a copy. Called from any thread; must neither block for long nor throw.</summary>
internal interface IObserver
{
    void Entered(Phase phase);

    /// <summary>Reports a detail: level 1 is shown with <c>-v</c>, level 2 with <c>-vv</c>.</summary>
    void Note(int level, string text);

    void Warning(string text);

    /// <summary>A member of a tree could not be copied; the copy continues.</summary>
    void Trouble(string text);

    /// <summary>The two sides of a comparison differ.</summary>
    void Differs(Difference difference, string path, Aspects aspects);

    /// <summary>The way of the data has been chosen.</summary>
    /// <param name="way">direct, reverse or ssh.</param>
    /// <param name="reason">The reason for the choice.</param>
    /// <param name="lanes">Number of data connections; 0 if the data travel inside the control channel.</param>
    void Channel(string way, string reason, int lanes);

    /// <summary>Takes each line that the remote shell writes to standard error; null if it goes to this program's standard error unchanged.</summary>
    Action<string>? Errors => null;

    /// <summary>The login is lost, and another one is tried; or the session has resumed over another one.</summary>
    void LoginLost(bool isLost)
    {
        // Only an observer with something to do meanwhile needs to know.
    }

    /// <summary>The copy waits for the reason given; an empty reason means that it has resumed.</summary>
    /// <param name="host">The host that waits; empty for this one.</param>
    void Waiting(string host, string reason);
}
