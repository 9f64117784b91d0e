using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A server that waits at the far end, and the ssh process here that leads to it.</summary>
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

    /// <summary>To the server.</summary>
    public Fd Input { get; }

    /// <summary>From the server: at its end, so is the spare.</summary>
    public Fd Output { get; }

    /// <summary>What it and ssh have to say; whoever uses the server reads it.</summary>
    public Fd Errors { get; }

    /// <summary>The login that it was started over: another one may have the same name by now.</summary>
    public NameIdentity? Login { get; }

    /// <summary>Whether a call had a session of the login when this one was started.</summary>
    public bool IsBesideCall { get; }

    public Task<ExitStatus> Exit => _child.Exit;

    /// <summary>When it wants to be pinged.</summary>
    public long Due => _pulse.Due;

    public bool IsReady => _pulse.IsReady;

    /// <param name="words">The command that leads to a server which waits.</param>
    /// <param name="login">The login that it leads over.</param>
    /// <param name="isBesideCall">A call has a session of that login.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="LinuxException">It cannot be started.</exception>
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

    /// <summary>Pings it if that is due; false if it takes nothing any more.</summary>
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

    /// <summary>Takes in what it has said; false at its end, and if that makes no sense.</summary>
    public bool Hear()
    {
        var count = Output.Read(_some);
        _scan.Take(_some.AsSpan(0, count)).ForEach(_pulse.Answered);
        return count > 0 && !_scan.IsTooNoisy;
    }

    /// <summary>Another process has the descriptors from here on.</summary>
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
