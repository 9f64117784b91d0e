namespace Pipe.Engine;

/// <summary>What a side does when the control channel of a running session has broken.</summary>
internal interface IRecovery
{
    /// <summary>
    /// Looks for a new channel, in the background: posts Relinked if there is one, Failed if there will be none. Called again if the
    /// new one breaks too before the session goes on over it.
    /// </summary>
    /// <param name="cause">What broke the channel, if that is known.</param>
    void Begin(Exception? cause);

    /// <summary>The session goes on: time starts anew when the next channel breaks.</summary>
    void Succeeded();
}
