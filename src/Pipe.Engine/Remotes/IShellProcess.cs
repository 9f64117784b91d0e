using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>The process that leads to the other host, as far as a session has to do with it.</summary>
internal interface IShellProcess : IDisposable
{
    Task<ExitStatus> Exit { get; }

    /// <summary>Ends it if it still runs. What it has left running on purpose is left alone.</summary>
    void Terminate();
}

/// <summary>One that this process has started.</summary>
internal sealed class OwnShellProcess(Child child) : IShellProcess
{
    public Task<ExitStatus> Exit => child.Exit;

    public void Terminate()
    {
        if (!child.Exit.IsCompleted)
        {
            child.Signal(Child.SignalTerminate);
        }
    }

    public void Dispose() => child.Dispose();
}

/// <summary>One that a keeper has started, and ends as soon as it is no longer connected.</summary>
internal sealed class KeptShellProcess(KeeperCall call) : IShellProcess
{
    public Task<ExitStatus> Exit => call.Exit;

    public void Terminate() => call.Dispose();

    public void Dispose() => call.Dispose();
}
