using System.Net;
using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>A local process started by a launcher.</summary>
internal sealed class LaunchedProcess : IRemoteProcess
{
    private readonly Child _child;
    private readonly ErrorRelay? _errors;

    /// <param name="child">Owned by this object from here on.</param>
    /// <param name="input">Its input.</param>
    /// <param name="output">Its output.</param>
    /// <param name="errors">Forwards its standard error, unless it inherits ours.</param>
    /// <param name="meaning">Interprets its exit status.</param>
    public LaunchedProcess(Child child, Fd input, Fd output, ErrorRelay? errors, Func<ExitStatus, RemoteExit> meaning)
    {
        (_child, Input, Output, _errors) = (child, input, output, errors);
        Exit = ExitAsync(meaning);
    }

    public Fd Input { get; }

    public Fd Output { get; }

    public Task<RemoteExit> Exit { get; }

    public string LastError => _errors?.LastLine ?? "";

    public IPAddress? PeerAddress { get; init; }

    public Task FlushAsync() => _errors?.FinishAsync() ?? Task.CompletedTask;

    public void Continue() => _child.Continue();

    public void Terminate()
    {
        if (!_child.Exit.IsCompleted)
        {
            _child.Signal(Child.SignalTerminate);

            // A stopped process would not handle the signal, and would keep its locks.
            _child.Continue();
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
