using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A spare server waiting at the remote end, and the local ssh process that connects to it.</summary>
internal sealed class Spare : IDisposable
{
    private readonly Child _child;
    private readonly PongScan _scan = new();
    private readonly SparePulse _pulse;
    private readonly byte[] _some = new byte[4096];

    private Spare(Child child, Fd input, Fd output, Fd errors, NameIdentity? login, bool isBesideCall, long now)
    {
        (_child, Input, Output, Errors, Login, IsBesideCall) = (child, input, output, errors, login, isBesideCall);
        _pulse = new SparePulse(now);
        Input.SetNonBlocking();
    }

    /// <summary>The server's input.</summary>
    public Fd Input { get; }

    /// <summary>The server's output; its end is the end of the spare.</summary>
    public Fd Output { get; }

    /// <summary>The error output of the server and ssh, read by the process that uses the server.</summary>
    public Fd Errors { get; }

    /// <summary>The login that it runs over; another may have the same name by now.</summary>
    public NameIdentity? Login { get; }

    /// <summary>Whether an invocation used the login when this server was started.</summary>
    public bool IsBesideCall { get; }

    public Task<ExitStatus> Exit => _child.Exit;

    /// <summary>When the next ping is due.</summary>
    public long Due => _pulse.Due;

    public bool IsReady => _pulse.IsReady;

    /// <param name="words">The command that starts a waiting server.</param>
    /// <param name="login">The login that it runs over.</param>
    /// <param name="isBesideCall">Whether an invocation is using that login.</param>
    /// <param name="now">The current time.</param>
    /// <exception cref="LinuxException">The server cannot be started.</exception>
    public static Spare Start(IReadOnlyList<string> words, NameIdentity? login, bool isBesideCall, long now)
    {
        var (childInput, input) = Fd.Pipe("spare server");
        var (output, childOutput) = Fd.Pipe("spare server");
        var (errors, childErrors) = Fd.Pipe("spare server");
        using (childInput)
        using (childOutput)
        using (childErrors)
        {
            try
            {
                return new Spare(Child.Start(words, [childInput, childOutput, childErrors], ownGroup: false), input, output, errors, login, isBesideCall, now);
            }
            catch
            {
                input.Dispose();
                output.Dispose();
                errors.Dispose();
                throw;
            }
        }
    }

    public bool IsFit(long now) => _pulse.IsFit(now);

    /// <summary>Pings the server if that is due; false if it accepts no more input.</summary>
    public bool Beat(long now)
    {
        try
        {
            return !_pulse.TryPing(now, out var number) || Input.TryWrite(new SpareWord(SpareWordKind.Ping, number).Packed()) == SpareWord.Size;
        }
        catch (LinuxException)
        {
            return false;
        }
    }

    /// <summary>Reads the server's output; false at its end, or if it is invalid.</summary>
    public bool ReadAnswer()
    {
        var count = Output.Read(_some);
        _scan.Take(_some.AsSpan(0, count)).ForEach(_pulse.Answered);
        return count > 0 && !_scan.IsTooNoisy;
    }

    /// <summary>Releases the descriptors to another process.</summary>
    public void LetGo()
    {
        Input.Dispose();
        Output.Dispose();
        Errors.Dispose();
    }

    public void Terminate()
    {
        if (!_child.Exit.IsCompleted)
        {
            _child.Signal(Child.SignalTerminate);
        }
    }

    public void Dispose()
    {
        LetGo();
        Terminate();
        _child.Dispose();
    }
}
