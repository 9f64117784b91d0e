using System.Net;
using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>A spare server that a keeper has handed over. The keeper ends its ssh process as soon as this side disconnects.</summary>
internal sealed class SpareProcess : IRemoteProcess
{
    private readonly KeeperCall _call;
    private readonly ErrorRelay _errors;

    /// <param name="call">The call that was given a server; owned by this object from here on.</param>
    /// <param name="take">Takes each line of its standard error; null to forward the bytes to ours.</param>
    public SpareProcess(KeeperCall call, Action<string>? take)
    {
        _call = call;
        (Input, Output, var errors) = call.Server!.Value;
        _errors = new ErrorRelay(errors, take, isHeld: true);
        call.Watch();
        Exit = ExitAsync();
    }

    public Fd Input { get; }

    public Fd Output { get; }

    public Task<RemoteExit> Exit { get; }

    public IPAddress? PeerAddress => null;

    public string LastError => _errors.LastLine;

    public Task FlushAsync() => _errors.FinishAsync();

    public void Continue()
    {
        // Its ssh belongs to the session of the keeper, which no signal to this job reaches.
    }

    public void Terminate() => _call.Dispose();

    public void Dispose() => _call.Dispose();

    private async Task<RemoteExit> ExitAsync()
    {
        using (_errors)
        {
            var exit = await _call.Exit;
            await FlushAsync();
            return exit;
        }
    }
}
