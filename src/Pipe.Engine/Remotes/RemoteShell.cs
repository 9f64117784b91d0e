using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The child process that leads to the other host: ssh, another remote shell, or for <c>-e local</c> the server itself.</summary>
internal sealed class RemoteShell : IDisposable
{
    /// <summary>The exit status by which ssh says that it was ssh that failed.</summary>
    public const int SshFailed = 255;
    private const string StrangerHint = "'dmscp -version' there has to say dmscp (Pipe): another program may have that name";
    private const string NoiseHint = "the remote login shell must leave standard output to the program";

    private const int NotFound = 127;
    private static readonly TimeSpan ExitAfterEnd = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ExitAfterSignal = TimeSpan.FromSeconds(0.5);
    private readonly Child _child;
    private readonly Remote _remote;
    private readonly TimeSpan _timeout;

    private RemoteShell(Remote remote, Child child, ControlChannel control, TimeSpan timeout)
    {
        _remote = remote;
        _child = child;
        _timeout = timeout;
        Control = control;
    }

    public ControlChannel Control { get; }

    /// <exception cref="Failure">The remote shell itself cannot be started.</exception>
    public static RemoteShell Start(Remote remote, int timeoutSeconds)
    {
        var (childInput, output) = Fd.Pipe("control channel");
        var (input, childOutput) = Fd.Pipe("control channel");
        using (childInput)
        using (childOutput)
        {
            try
            {
                var child = Child.Start(StartLine.Arguments(remote, timeoutSeconds), [childInput, childOutput, null], ownGroup: remote.IsLocal);
                return new RemoteShell(remote, child, new ControlChannel(input, output), TimeSpan.FromSeconds(timeoutSeconds));
            }
            catch (LinuxException e)
            {
                input.Dispose();
                output.Dispose();
                throw new Failure(ExitCode.Unreachable, $"cannot start the remote shell: {e.Message}");
            }
        }
    }

    /// <summary>The channel has ended too early: says why, as far as the remote shell's exit status and last words tell.</summary>
    public async Task<Failure> ExplainEndAsync(Exception? cause)
    {
        var status = await ExitAsync();
        if (Control.IsGreeted)
        {
            return cause is ProtocolException
                ? new Failure(ExitCode.Protocol, cause.Message)
                : new Failure(ExitCode.Unreachable, $"the connection ended in the middle{(status is { } how ? $": the remote shell {how}" : "")}");
        }

        var noise = Control.Noise;
        var printed = noise.Length > 0 ? $"; it printed: {noise}" : "";
        return status switch
        {
            _ when cause is ProtocolException => new Failure(ExitCode.Protocol, $"{cause.Message}{printed}", NoiseHint),
            { Status: NotFound } => new Failure(
                ExitCode.Unreachable,
                $"dmscp was not found there{printed}",
                "install it there with quickinstall.sh user@host, or name its place with -prefix 'PATH=...; export PATH'"),
            { Status: SshFailed } when !_remote.IsLocal => new Failure(ExitCode.Unreachable, $"ssh could not connect or log in{printed}"),
            { } ended => new Failure(ExitCode.Unreachable, $"the remote shell {ended} before dmscp answered{printed}", StrangerHint),
            _ => new Failure(ExitCode.Protocol, $"no answer from dmscp{printed}", NoiseHint),
        };
    }

    /// <summary>
    /// Ends the session from this side, and waits until what the far end still prints has come through. A start that has not come to
    /// an answer is not waited for.
    /// </summary>
    public async Task CloseAsync()
    {
        Control.CloseOutput();
        if (!Control.IsGreeted)
        {
            Terminate();
            await Task.WhenAny(_child.Exit, Task.Delay(ExitAfterSignal));
            return;
        }

        await ExitAsync();
    }

    /// <summary>How it ended; null if it does not end in a few seconds though there is nothing left to say.</summary>
    public async Task<ExitStatus?> ExitAsync()
    {
        Control.CloseOutput();
        var first = await Task.WhenAny(_child.Exit, Task.Delay(Grace()));
        return first == _child.Exit ? await _child.Exit : null;
    }

    /// <summary>A few seconds to end, but whoever is silent for the timeout has had them.</summary>
    private TimeSpan Grace()
    {
        var left = _timeout - Control.Silence;
        return left < ExitAfterSignal ? ExitAfterSignal : left < ExitAfterEnd ? left : ExitAfterEnd;
    }

    public void Dispose()
    {
        Control.Dispose();
        Terminate();
        _child.Dispose();
    }

    /// <summary>What it has left running on purpose is left alone.</summary>
    private void Terminate()
    {
        if (!_child.Exit.IsCompleted)
        {
            _child.Signal(Child.SignalTerminate);
        }
    }
}
