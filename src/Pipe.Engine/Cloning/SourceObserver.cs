namespace Pipe.Engine;

/// <summary>Learns from a session with the host of a source whether its login is up; demands cannot reach the host while it is not.</summary>
internal sealed class SourceObserver(RemoteCloneSource source) : Unobserved, IObserver
{
    public void LoginLost(bool isLost) => source.LoginLost(isLost);
}
