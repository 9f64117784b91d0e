using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A fifo, written front to back. Opening one waits for a reader: here only once there is something to write, and the wait can be cancelled.</summary>
internal sealed class FifoSink : ISink
{
    private const int Pause = 20;
    private readonly string _path;
    private readonly Action<string> _waiting;
    private readonly ManualResetEventSlim _aborted = new();
    private readonly Lock _opening = new();
    private PipeSink? _pipe;

    /// <param name="path">The path of the fifo.</param>
    /// <param name="waiting">Called once if there is no reader.</param>
    public FifoSink(string path, Action<string> waiting)
    {
        _path = path;
        _waiting = waiting;
        TryOpen();
    }

    public bool IsOrdered => true;

    public void Write(ReadOnlySpan<byte> bytes, long offset) => Opened().Write(bytes, offset);

    public void Hole(long offset, long length) => Opened().Hole(offset, length);

    public void Commit(long size) => Opened().Commit(size);

    public void Abort()
    {
        lock (_opening)
        {
            _aborted.Set();
            _pipe?.Abort();
        }
    }

    public void Dispose()
    {
        Abort();
        _pipe?.Dispose();
    }

    private PipeSink Opened()
    {
        if (_pipe is null)
        {
            AwaitReader();
        }

        return _pipe ?? throw new Failure(ExitCode.Interrupted, $"{_path}: given up before a process read it");
    }

    private void AwaitReader()
    {
        var since = Environment.TickCount64;
        var isTold = false;
        try
        {
            while (!TryOpen() && !_aborted.Wait(Pause))
            {
                if (!isTold && Environment.TickCount64 - since > Fifo.PatienceMilliseconds)
                {
                    isTold = true;
                    _waiting($"{_path}: no process reads this fifo");
                }
            }
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }

    /// <summary>False while there is no reader.</summary>
    private bool TryOpen()
    {
        lock (_opening)
        {
            if (_pipe is null && !_aborted.IsSet && Fifo.TryOpenWriter(_path) is { } fd)
            {
                _pipe = new PipeSink(fd);
            }

            return _pipe is not null;
        }
    }
}
