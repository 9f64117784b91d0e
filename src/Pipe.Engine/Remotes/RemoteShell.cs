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
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(5);
    private readonly Child _child;
    private readonly Access _access;
    private readonly Fd _input;
    private readonly Fd _output;
    private readonly Task<ExitStatus> _exit;
    private readonly bool _isShared;
    private string _bootNoise = "";

    private RemoteShell(Access access, bool isShared, Child child, Fd input, Fd output, ErrorRelay? errors)
    {
        _access = access;
        _isShared = isShared;
        _child = child;
        _input = input;
        _output = output;
        _exit = errors is null ? child.Exit : ExitAndWordsAsync(child, errors);
        Control = new ControlChannel(input, output);
    }

    public ControlChannel Control { get; }

    /// <param name="access">Where to.</param>
    /// <param name="isQuiet">Nobody is to be asked for anything.</param>
    /// <exception cref="Failure">The remote shell itself cannot be started.</exception>
    public static RemoteShell Start(Access access, bool isQuiet = false)
    {
        var isShared = access.Kept is { IsThere: true };
        var (childInput, output) = Fd.Pipe("control channel");
        var (input, childOutput) = Fd.Pipe("control channel");
        var (words, childError) = access.Kept is null ? default : Fd.Pipe("standard error");
        using (childInput)
        using (childOutput)
        using (childError)
        {
            try
            {
                var child = Child.Start(StartLine.Arguments(access, isQuiet), [childInput, childOutput, childError], ownGroup: access.Remote.IsLocal);
                return new RemoteShell(access, isShared, child, input, output, words is null ? null : new ErrorRelay(words));
            }
            catch (LinuxException e)
            {
                input.Dispose();
                output.Dispose();
                words?.Dispose();
                throw new Failure(ExitCode.Unreachable, $"cannot start the remote shell: {e.Message}");
            }
        }
    }

    /// <summary>
    /// Waits for the first sign of life over a login that somebody else has left, before the channel is read: false if it leads nowhere.
    /// A new login takes the time it takes; its end is for the reader of the channel.
    /// </summary>
    public async Task<bool> AnswersAsync() =>
        !_isShared || (Wake.Await(_input, PollFd.In, (int)Answer.TotalMilliseconds) && (Wake.HasInput(_input) || await ExitAsync() is not { Status: SshFailed }));

    /// <summary>Sees to it, before the channel is read, that there is a program to start; true if it had to be brought.</summary>
    /// <exception cref="Failure">There is none, and none can be brought.</exception>
    public async Task<bool> BootstrapAsync(OwnProgram program, CancellationToken cancel)
    {
        using var bootstrap = new Bootstrap(_input, _output, program, _access.TimeoutSeconds, _access.Remote.MayPrompt);
        await using var stop = cancel.Register(bootstrap.Stop);
        try
        {
            var isBrought = await Task.Run(bootstrap.Run, CancellationToken.None);
            Control.Heard();
            return isBrought;
        }
        catch (PeerLost lost)
        {
            Control.Heard();
            _bootNoise = bootstrap.Noise;
            throw await ExplainEndAsync(lost.InnerException);
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

        var noise = _bootNoise.Length > 0 ? _bootNoise : Control.Noise;
        var printed = noise.Length > 0 ? $"; it printed: {noise}" : "";
        return status switch
        {
            _ when cause is ProtocolException => new Failure(ExitCode.Protocol, $"{cause.Message}{printed}", NoiseHint),
            { Status: NotFound } => new Failure(
                ExitCode.Unreachable,
                $"dmscp was not found there{printed}",
                Installing.Hint(_access.Remote)),
            { Status: SshFailed } when !_access.Remote.IsLocal => new Failure(ExitCode.Unreachable, $"ssh could not connect or log in{printed}"),
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
            await Task.WhenAny(_exit, Task.Delay(ExitAfterSignal));
            return;
        }

        await ExitAsync();
    }

    /// <summary>How it ended; null if it does not end in a few seconds though there is nothing left to say.</summary>
    public async Task<ExitStatus?> ExitAsync()
    {
        Control.CloseOutput();
        var first = await Task.WhenAny(_exit, Task.Delay(Grace()));
        return first == _exit ? await _exit : null;
    }

    /// <summary>A few seconds to end, but whoever is silent for the timeout has had them.</summary>
    private TimeSpan Grace()
    {
        var left = TimeSpan.FromSeconds(_access.TimeoutSeconds) - Control.Silence;
        return left < ExitAfterSignal ? ExitAfterSignal : left < ExitAfterEnd ? left : ExitAfterEnd;
    }

    public void Dispose()
    {
        Control.Dispose();
        Terminate();
        _child.Dispose();
    }

    private static async Task<ExitStatus> ExitAndWordsAsync(Child child, ErrorRelay errors)
    {
        using (errors)
        {
            var status = await child.Exit;
            await errors.FinishAsync();
            return status;
        }
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
