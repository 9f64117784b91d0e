namespace Pipe.Linux;

/// <summary>A reusable set of descriptors that one thread polls together.</summary>
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

    /// <summary>Waits until a descriptor is readable or at its end; -1 waits forever.</summary>
    public unsafe void Wait(int timeoutMilliseconds)
    {
        fixed (PollFd* at = _fds)
        {
            if (Sys.Poll(at, (nuint)_count, timeoutMilliseconds) <= 0)
            {
                ClearResults();
            }
        }
    }

    /// <summary>Nothing is ready after a poll that failed or timed out.</summary>
    private void ClearResults()
    {
        foreach (ref var fd in _fds.AsSpan(0, _count))
        {
            fd.Returned = 0;
        }
    }

    /// <summary>Whether the descriptor added as number <paramref name="index"/> was ready when the wait ended.</summary>
    public bool IsReady(int index) => _fds[index].Returned != 0;
}
