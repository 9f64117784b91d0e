namespace Pipe.Engine;

/// <summary>How a side recovers when the control channel of a running session breaks.</summary>
internal interface IRecovery
{
    /// <summary>
    /// Looks for a new channel in the background: posts Relinked if it finds one, otherwise Failed. Called again if the new channel breaks before the
    /// session has resumed over it.
    /// </summary>
    /// <param name="cause">The failure that broke the channel, if known.</param>
    void Begin(Exception? cause);

    /// <summary>Whether the data connections are closed too: then the peer itself has probably ended, and there is less to wait for.</summary>
    bool IsAlone
    {
        set { }
    }

    /// <summary>The session has resumed: the time limit starts anew at the next break.</summary>
    void Succeeded();
}
