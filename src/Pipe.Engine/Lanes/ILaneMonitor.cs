namespace Pipe.Engine;

/// <summary>
/// Monitors the data lanes of one side. The session's thread of control polls it repeatedly, from the first data lane to the end of the session.
/// </summary>
internal interface ILaneMonitor
{
    /// <summary>Checks the lanes and acts on the result. Returns the time until the next poll.</summary>
    TimeSpan Poll();
}
