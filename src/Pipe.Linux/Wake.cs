using System.Runtime.InteropServices;

namespace Pipe.Linux;

/// <summary>A one-time signal that ends waits on descriptors for good. Threads call <see cref="Readable"/> before reads that might block forever.</summary>
internal sealed class Wake : IDisposable
{
    private readonly Fd _event = Make();
    private volatile bool _signalled;

    public bool IsSignalled => _signalled;

    internal Fd Event => _event;

    public void Signal()
    {
        _signalled = true;
        try
        {
            _event.WriteAll(BitConverter.GetBytes(1UL));
        }
        catch (LinuxException)
        {
            // Already disposed: no thread waits any more.
        }
    }

    /// <summary>Waits until the descriptor is readable or at its end; false on the signal or the timeout.</summary>
    public bool Readable(Fd fd, int timeoutMilliseconds = -1) => Ready(fd, PollFd.In, timeoutMilliseconds);

    /// <summary>Waits until the descriptor is writable or broken; false on the signal or the timeout.</summary>
    public bool Writable(Fd fd, int timeoutMilliseconds = -1) => Ready(fd, PollFd.Out, timeoutMilliseconds);

    /// <summary>Whether a read would return data without waiting.</summary>
    public static unsafe bool HasInput(Fd fd)
    {
        var one = new PollFd { Fd = fd.Number, Events = PollFd.In };
        return Sys.Poll(&one, 1, 0) > 0 && (one.Returned & PollFd.In) != 0;
    }

    /// <summary>Whether the read end of this pipe is closed.</summary>
    public static unsafe bool IsBroken(Fd writeEnd)
    {
        var one = new PollFd { Fd = writeEnd.Number };
        return Sys.Poll(&one, 1, 0) > 0 && (one.Returned & PollFd.Error) != 0;
    }

    public void Dispose() => _event.Dispose();

    /// <summary>Waits for one descriptor; false on the timeout.</summary>
    public static unsafe bool Await(Fd fd, short events, int timeoutMilliseconds)
    {
        var one = new PollFd { Fd = fd.Number, Events = events };
        return Poll(&one, 1, timeoutMilliseconds);
    }

    private unsafe bool Ready(Fd fd, short events, int timeoutMilliseconds)
    {
        var both = stackalloc PollFd[2];
        both[0] = new PollFd { Fd = fd.Number, Events = events };
        both[1] = new PollFd { Fd = _event.Number, Events = PollFd.In };
        return !_signalled && Poll(both, 2, timeoutMilliseconds) && both[1].Returned == 0;
    }

    /// <summary>False on the timeout. EINTR neither ends nor extends the wait.</summary>
    private static unsafe bool Poll(PollFd* fds, nuint count, int timeoutMilliseconds)
    {
        var deadline = Environment.TickCount64 + timeoutMilliseconds;
        while (true)
        {
            var ready = Sys.Poll(fds, count, timeoutMilliseconds);
            if (ready >= 0)
            {
                return ready > 0;
            }

            if (Marshal.GetLastPInvokeError() != Errno.Interrupted)
            {
                LinuxException.Throw("poll", "descriptors");
            }

            if (timeoutMilliseconds > 0)
            {
                timeoutMilliseconds = (int)Math.Max(0, deadline - Environment.TickCount64);
            }
        }
    }

    private static Fd Make()
    {
        var number = Sys.EventFd(0, OpenFlags.CloseOnExec);
        return number >= 0 ? new Fd(number, "eventfd") : throw LinuxException.Last("eventfd", "eventfd");
    }
}
