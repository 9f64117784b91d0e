using System.Net;
using Pipe.Linux;

namespace Pipe.Engine.Tests.Remotes;

/// <summary>A launcher without a process: says some bytes, and ends as it is told, or never.</summary>
/// <param name="says">What comes from the other end.</param>
/// <param name="exit">How it ends; null if it hangs.</param>
internal sealed class FailingLauncher(byte[] says, RemoteExit? exit) : ILauncher
{
    public string Name => "test";

    public string NotFound => "nothing was found there";

    public bool CanRelaunch => false;

    /// <summary>The process, once it was launched.</summary>
    public FailingProcess? Process { get; private set; }

    public IRemoteProcess Launch(bool isQuiet) => Process = new FailingProcess(says, exit);
}

internal sealed class FailingProcess : IRemoteProcess
{
    private readonly Fd _far;
    private readonly Fd _farInput;

    public FailingProcess(byte[] says, RemoteExit? exit)
    {
        (_farInput, Input) = Fd.Pipe("to the far end");
        (Output, _far) = Fd.Pipe("from the far end");
        _far.WriteAll(says);
        if (exit is { } how)
        {
            _far.Dispose();
            _farInput.Dispose();
            Exit = Task.FromResult(how);
        }
        else
        {
            Exit = new TaskCompletionSource<RemoteExit>().Task;
        }
    }

    public Fd Input { get; }

    public Fd Output { get; }

    public Task<RemoteExit> Exit { get; }

    public IPAddress? PeerAddress => null;

    public bool IsTerminated { get; private set; }

    public Task FlushAsync() => Task.CompletedTask;

    public void Continue()
    {
    }

    public void Terminate() => IsTerminated = true;

    public void Dispose()
    {
        _far.Dispose();
        _farInput.Dispose();
    }
}
