using System.Diagnostics;
using System.Net;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>What leads to the other host: ssh, another remote shell, for <c>-e local</c> the server itself, or a spare server that a keeper had.</summary>
internal sealed class RemoteShell : IDisposable
{
    private const string StrangerHint = "'dmscp -version' there has to say dmscp (Pipe): another program may have that name";
    private const string NoiseHint = "the remote login shell must leave standard output to the program";

    private static readonly TimeSpan ExitAfterEnd = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ExitAfterSignal = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(5);
    private readonly IRemoteProcess _process;
    private readonly Access _access;
    private readonly ILauncher _launcher;
    private readonly bool _isShared;
    private string _bootNoise = "";

    private RemoteShell(Access access, bool isShared, IRemoteProcess process)
    {
        (_access, _launcher, _isShared, _process) = (access, access.Launcher, isShared, process);
        Control = new ControlChannel(process.Output, process.Input);
    }

    public ControlChannel Control { get; }

    /// <summary>Where the other end is, if that is known.</summary>
    public IPAddress? PeerAddress => _process.PeerAddress;

    /// <summary>Whether the server waited for this call already.</summary>
    public bool IsSpare { get; private init; }

    /// <summary>Whether it has not answered in time, though the channel to it is open: the login may hang.</summary>
    public bool IsSilent { get; private set; }

    /// <param name="access">Where to.</param>
    /// <param name="isQuiet">The user cannot be asked for anything.</param>
    /// <exception cref="Failure">Nothing was started.</exception>
    public static RemoteShell Start(Access access, bool isQuiet = false) =>
        new(access, access.Kept is { IsThere: true }, access.Launcher.Launch(isQuiet));

    /// <summary>The server that a keeper has handed over, called; null if it takes no call.</summary>
    /// <param name="access">Where it is.</param>
    /// <param name="call">Owned from here on.</param>
    public static RemoteShell? Call(Access access, KeeperCall call)
    {
        var input = call.Server!.Value.Input;
        try
        {
            input.SetNonBlocking();
            if (input.TryWrite(new SpareWord(SpareWordKind.Call, 0).Packed()) == SpareWord.Size)
            {
                return new RemoteShell(access, isShared: false, new SpareProcess(call)) { IsSpare = true };
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
        IsSpare ? Greets()
        : !_isShared
        || (Wake.Await(_process.Output, PollFd.In, (int)Answer.TotalMilliseconds) && (Wake.HasInput(_process.Output) || await ExitAsync() is not { Kind: RemoteExitKind.LoginFailed }));

    /// <summary>
    /// Whether a spare server begins the control channel as it should. As long as it has not, it may be anything, and another login can
    /// take its place.
    /// </summary>
    private bool Greets()
    {
        var marker = new MarkerScan();
        var some = new byte[Frame.Marker.Length];
        var started = Stopwatch.GetTimestamp();
        for (TimeSpan left; (left = Answer - Stopwatch.GetElapsedTime(started)) > TimeSpan.Zero && Wake.Await(_process.Output, PollFd.In, (int)left.TotalMilliseconds);)
        {
            var count = _process.Output.Read(some.AsSpan(0, marker.Missing));
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
        using var bootstrap = new Bootstrap(_process.Output, _process.Input, program, _access.TimeoutSeconds, _access.Remote.MayPrompt);
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
                : new Failure(ExitCode.Unreachable, $"the connection ended in the middle{(status is { } how ? $": the remote shell {how.Status}" : "")}");
        }

        var noise = _bootNoise.Length > 0 ? _bootNoise : Control.Noise;
        var printed = noise.Length > 0 ? $"; it printed: {noise}" : "";
        return status switch
        {
            _ when cause is ProtocolException => new Failure(ExitCode.Protocol, $"{cause.Message}{printed}", NoiseHint),
            { Kind: RemoteExitKind.NotFound } => new Failure(ExitCode.Unreachable, $"{_launcher.NotFound}{printed}", Installing.Hint(_access.Remote)),
            { Kind: RemoteExitKind.LoginFailed } => new Failure(ExitCode.Unreachable, $"{_launcher.Name} could not connect or log in{printed}"),
            { } ended => new Failure(ExitCode.Unreachable, $"the remote shell {ended.Status} before dmscp answered{printed}", StrangerHint),
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
            await Task.WhenAny(_process.Exit, Task.Delay(ExitAfterSignal));
            return;
        }

        if (IsSpare && !_access.RunsCommand)
        {
            await _process.FlushAsync();
            return;
        }

        await ExitAsync();
    }

    /// <summary>How it ended; null if it does not end in a few seconds though there is nothing left to say.</summary>
    public async Task<RemoteExit?> ExitAsync()
    {
        Control.CloseOutput();
        var first = await Task.WhenAny(_process.Exit, Task.Delay(Grace()));
        return first == _process.Exit ? await _process.Exit : null;
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
}
