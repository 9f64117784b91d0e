using System.Diagnostics;
using System.Net;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// The process that connects to the other host: ssh, another remote shell, for <c>-e local</c> the server itself, or a keeper's spare server.
/// </summary>
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
        Suspension.Add(this);
    }

    public ControlChannel Control { get; }

    /// <summary>The address of the other end, if known.</summary>
    public IPAddress? PeerAddress => _process.PeerAddress;

    /// <summary>Whether this is a spare server, started before this invocation.</summary>
    public bool IsSpare { get; private init; }

    /// <summary>Whether it has not answered in time although its channel is open: the login may hang.</summary>
    public bool IsSilent { get; private set; }

    /// <param name="access">The host, and how to reach it.</param>
    /// <param name="isQuiet">Whether the launch must not prompt the user.</param>
    /// <exception cref="Failure">The launch failed.</exception>
    public static RemoteShell Start(Access access, bool isQuiet = false) =>
        new(access, access.Kept is { IsThere: true }, access.Launcher.Launch(isQuiet));

    /// <summary>Calls the spare server that a keeper has handed over; null if it does not accept the call.</summary>
    /// <param name="access">The host.</param>
    /// <param name="call">Owned by the result from here on.</param>
    public static RemoteShell? Call(Access access, KeeperCall call)
    {
        var input = call.Server!.Value.Input;
        try
        {
            input.SetNonBlocking();
            if (input.TryWrite(new SpareWord(SpareWordKind.Call, 0).Packed()) == SpareWord.Size)
            {
                return new RemoteShell(access, isShared: false, new SpareProcess(call, access.Errors)) { IsSpare = true };
            }
        }
        catch (LinuxException)
        {
            // The server has ended.
        }

        call.Dispose();
        return null;
    }

    /// <summary>
    /// Waits, before the channel is read, for the first sign of life over a shared login: false if it does not work. A new login may take any time; its
    /// end is left to the channel's reader.
    /// </summary>
    public async Task<bool> AnswersAsync() =>
        IsSpare ? Greets()
        : !_isShared
        || (Wake.Await(_process.Output, PollFd.In, (int)Answer.TotalMilliseconds) && (Wake.HasInput(_process.Output) || await ExitAsync() is not { Kind: RemoteExitKind.LoginFailed }));

    /// <summary>Whether a spare server begins the control channel correctly. Until it has, it may be any program, and another login can replace it.</summary>
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

    /// <summary>Before the channel is read, makes sure that the program exists on the host; true if it had to be installed.</summary>
    /// <exception cref="Failure">The program is missing and cannot be installed.</exception>
    public async Task<bool> BootstrapAsync(OwnProgram program, CancellationToken cancel)
    {
        using var bootstrap = new Bootstrap(_process.Output, _process.Input, program, _access.TimeoutSeconds, _access.Remote.MayPrompt);
        await using var stop = cancel.Register(bootstrap.Stop);
        try
        {
            var isBrought = await Task.Run(bootstrap.Run, CancellationToken.None);
            Control.NoteReceived();
            return isBrought;
        }
        catch (PeerLost lost)
        {
            Control.NoteReceived();
            _bootNoise = bootstrap.Noise;
            throw await ExplainEndAsync(lost.InnerException);
        }
    }

    /// <summary>
    /// Announces a pause, or its end. The process that carries the message has been stopped together with this one, and goes on: it also has to answer the
    /// other host's own signs of life.
    /// </summary>
    public void Tell(Paused paused)
    {
        if (!Control.IsGreeted)
        {
            return;
        }

        _process.Continue();
        try
        {
            Control.Send(paused);
        }
        catch (LinuxException)
        {
            // The channel's reader sees its end.
        }
    }

    /// <summary>Explains why the channel ended too early, from the remote shell's exit status and last output.</summary>
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
            { Kind: RemoteExitKind.LoginFailed } => new Failure(ExitCode.Unreachable, $"{_launcher.Name} could not connect or log in{(_process.LastError is { Length: > 0 } last ? $": {last}" : "")}{printed}"),
            { } ended => new Failure(ExitCode.Unreachable, $"the remote shell {ended.Status} before dmscp answered{printed}", StrangerHint),
            _ => new Failure(ExitCode.Protocol, $"no answer from dmscp{printed}", NoiseHint),
        };
    }

    /// <summary>
    /// Ends the session from this side, and waits for the remaining output of the remote end. Does not wait for a start that has not been answered, nor
    /// for a spare server that has finished, whose keeper waits for it.
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

    /// <summary>Returns how it ended; null if it does not end within a few seconds of the end of its input.</summary>
    public async Task<RemoteExit?> ExitAsync()
    {
        Control.CloseOutput();
        var first = await Task.WhenAny(_process.Exit, Task.Delay(Grace()));
        return first == _process.Exit ? await _process.Exit : null;
    }

    /// <summary>The time allowed to end: a few seconds, less if the other end has been silent for the timeout already.</summary>
    private TimeSpan Grace()
    {
        var left = TimeSpan.FromSeconds(_access.TimeoutSeconds) - Control.Silence;
        return left < ExitAfterSignal ? ExitAfterSignal : left < ExitAfterEnd ? left : ExitAfterEnd;
    }

    public void Dispose()
    {
        Suspension.Remove(this);
        Control.Dispose();
        _process.Terminate();
        _process.Dispose();
    }
}
