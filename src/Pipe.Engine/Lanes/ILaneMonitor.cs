namespace Pipe.Engine;

/// <summary>
/// Watches the data lanes of one side: polled when the first one is there, and then again and again to the end of the session, by the
/// session's thread of control.
/// </summary>
internal interface ILaneMonitor
{
    /// <summary>Looks, and acts on what it sees. Returns the time until the next poll.</summary>
    TimeSpan Poll();
}
