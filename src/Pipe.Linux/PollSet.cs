namespace Pipe.Linux;

/// <summary>Descriptors that one thread waits on together. Reused from wait to wait.</summary>
internal sealed class PollSet
{
    private PollFd[] _fds = new PollFd[8];
    private int _count;

    public void Clear() => _count = 0;

    public void Add(Fd fd)
    {
        if (_count == _fds.Length)
        {
            Array.Resize(ref _fds, _count * 2);
        }

        _fds[_count++] = new PollFd { Fd = fd.Number, Events = PollFd.In };
    }

    public void Add(Wake wake) => Add(wake.Event);

    /// <summary>Waits until one of them can be read or is at its end; -1 waits for ever.</summary>
    public unsafe void Wait(int timeoutMilliseconds)
    {
        fixed (PollFd* at = _fds)
        {
            if (Sys.Poll(at, (nuint)_count, timeoutMilliseconds) <= 0)
            {
                ForgetLast();
            }
        }
    }

    /// <summary>After an interrupted wait the kernel has filled in nothing.</summary>
    private void ForgetLast()
    {
        foreach (ref var fd in _fds.AsSpan(0, _count))
        {
            fd.Returned = 0;
        }
    }

    /// <summary>Whether the one added as that number was ready when the wait ended.</summary>
    public bool IsReady(int index) => _fds[index].Returned != 0;
}
