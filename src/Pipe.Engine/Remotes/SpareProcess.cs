using System.Net;
using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>A server that a keeper had and handed over. The keeper ends what leads to it as soon as this side is no longer connected.</summary>
internal sealed class SpareProcess : IRemoteProcess
{
    private readonly KeeperCall _call;
    private readonly ErrorRelay _errors;

    /// <param name="call">That a server was given to; owned from here on.</param>
    public SpareProcess(KeeperCall call)
    {
        _call = call;
        (Input, Output, var errors) = call.Server!.Value;
        _errors = new ErrorRelay(errors);
        call.Watch();
        Exit = ExitAsync();
    }

    public Fd Input { get; }

    public Fd Output { get; }

    public Task<RemoteExit> Exit { get; }

    public IPAddress? PeerAddress => null;

    public Task FlushAsync() => _errors.FinishAsync();

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
