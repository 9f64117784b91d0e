using System.Net;
using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>A process that a launcher has started here.</summary>
internal sealed class LaunchedProcess : IRemoteProcess
{
    private readonly Child _child;
    private readonly ErrorRelay? _errors;

    /// <param name="child">Owned from here on.</param>
    /// <param name="input">To it.</param>
    /// <param name="output">From it.</param>
    /// <param name="errors">Its standard error, if that is not ours.</param>
    /// <param name="meaning">Of its exit status.</param>
    public LaunchedProcess(Child child, Fd input, Fd output, ErrorRelay? errors, Func<ExitStatus, RemoteExit> meaning)
    {
        (_child, Input, Output, _errors) = (child, input, output, errors);
        Exit = ExitAsync(meaning);
    }

    public Fd Input { get; }

    public Fd Output { get; }

    public Task<RemoteExit> Exit { get; }

    public IPAddress? PeerAddress { get; init; }

    public Task FlushAsync() => _errors?.FinishAsync() ?? Task.CompletedTask;

    public void Terminate()
    {
        if (!_child.Exit.IsCompleted)
        {
            _child.Signal(Child.SignalTerminate);
        }
    }

    public void Dispose() => _child.Dispose();

    private async Task<RemoteExit> ExitAsync(Func<ExitStatus, RemoteExit> meaning)
    {
        using (_errors)
        {
            var status = await _child.Exit;
            await FlushAsync();
            return meaning(status);
        }
    }
}
