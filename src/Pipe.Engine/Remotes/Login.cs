namespace Pipe.Engine;

/// <summary>The remote shell in use. A new login replaces the previous one.</summary>
internal sealed class Login(RemoteShell first) : IDisposable
{
    public RemoteShell Shell { get; private set; } = first;

    public void Replace(RemoteShell next)
    {
        Shell.Dispose();
        Shell = next;
    }

    public void Dispose() => Shell.Dispose();
}
