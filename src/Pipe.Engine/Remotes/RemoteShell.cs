using System.Diagnostics;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>What leads to the other host: ssh, another remote shell, for <c>-e local</c> the server itself, or a spare server that a keeper had.</summary>
internal sealed class RemoteShell : IDisposable
{
    private const string StrangerHint = "'dmscp -version' there has to say dmscp (Pipe): another program may have that name";
    private const string NoiseHint = "the remote login shell must leave standard output to the program";

    private const int NotFound = 127;
    private static readonly TimeSpan ExitAfterEnd = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ExitAfterSignal = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(5);
    private readonly IShellProcess _process;
    private readonly Access _access;
    private readonly Fd _input;
    private readonly Fd _output;
    private readonly Task<ExitStatus> _exit;
    private readonly ErrorRelay? _errors;
    private readonly bool _isShared;
    private string _bootNoise = "";

    private RemoteShell(Access access, bool isShared, IShellProcess process, Fd input, Fd output, ErrorRelay? errors)
    {
        _access = access;
        _isShared = isShared;
        _process = process;
        _input = input;
        _output = output;
        _errors = errors;
        _exit = errors is null ? process.Exit : ExitAndWordsAsync(process, errors);
        Control = new ControlChannel(input, output);
    }

    public ControlChannel Control { get; }

    /// <summary>Whether the server waited for this call already.</summary>
    public bool IsSpare { get; private init; }

    /// <summary>Whether it has not answered in time, though the channel to it is open: the login may hang.</summary>
    public bool IsSilent { get; private set; }

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
                return new RemoteShell(access, isShared, new OwnShellProcess(child), input, output, words is null ? null : new ErrorRelay(words));
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

    /// <summary>The server that a keeper has handed over, called; null if it takes no call.</summary>
    /// <param name="access">Where it is.</param>
    /// <param name="call">Owned from here on.</param>
    public static RemoteShell? Call(Access access, KeeperCall call)
    {
        var (input, output, errors) = call.Server!.Value;
        try
        {
            input.SetNonBlocking();
            if (input.TryWrite(new SpareWord(SpareWordKind.Call, 0).Packed()) == SpareWord.Size)
            {
                call.Watch();
                return new RemoteShell(access, isShared: false, new KeptShellProcess(call), output, input, new ErrorRelay(errors)) { IsSpare = true };
            }
        }
        catch (LinuxException)
        {
            // It has ended.
        }

        call.Dispose();
        return null;
    }

    /// <summary>
    /// Waits for the first sign of life over a login that somebody else has left, before the channel is read: false if it leads nowhere.
    /// A new login takes the time it takes; its end is for the reader of the channel.
    /// </summary>
    public async Task<bool> AnswersAsync() =>
        IsSpare ? Greets() : !_isShared || (Wake.Await(_input, PollFd.In, (int)Answer.TotalMilliseconds) && (Wake.HasInput(_input) || await ExitAsync() is not { Status: SshExit.Failed }));

    /// <summary>
    /// Whether a spare server begins the control channel as it should. As long as it has not, it may be anything, and another login can
    /// take its place.
    /// </summary>
    private bool Greets()
    {
        var marker = new MarkerScan();
        var some = new byte[Frame.Marker.Length];
        var started = Stopwatch.GetTimestamp();
        for (TimeSpan left; (left = Answer - Stopwatch.GetElapsedTime(started)) > TimeSpan.Zero && Wake.Await(_input, PollFd.In, (int)left.TotalMilliseconds);)
        {
            var count = _input.Read(some.AsSpan(0, marker.Missing));
            if (count == 0 || marker.IsTooNoisy)
            {
                return false;
            }

            if (marker.Take(some.AsSpan(0, count)))
            {
                Control.Greeted();
                return true;
            }
        }

        IsSilent = true;
        return false;
    }

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
            { Status: SshExit.Failed } when !_access.Remote.IsLocal => new Failure(ExitCode.Unreachable, $"ssh could not connect or log in{printed}"),
            { } ended => new Failure(ExitCode.Unreachable, $"the remote shell {ended} before dmscp answered{printed}", StrangerHint),
            _ => new Failure(ExitCode.Protocol, $"no answer from dmscp{printed}", NoiseHint),
        };
    }

    /// <summary>
    /// Ends the session from this side, and waits until what the far end still prints has come through. A start that has not come to
    /// an answer is not waited for, nor is the end of a server that has said all: its keeper does that.
    /// </summary>
    public async Task CloseAsync()
    {
        Control.CloseOutput();
        if (!Control.IsGreeted)
        {
            _process.Terminate();
            await Task.WhenAny(_exit, Task.Delay(ExitAfterSignal));
            return;
        }

        if (IsSpare && !_access.RunsCommand && _errors is not null)
        {
            await _errors.FinishAsync();
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
        _process.Terminate();
        _process.Dispose();
    }

    private static async Task<ExitStatus> ExitAndWordsAsync(IShellProcess process, ErrorRelay errors)
    {
        using (errors)
        {
            var status = await process.Exit;
            await errors.FinishAsync();
            return status;
        }
    }
}
