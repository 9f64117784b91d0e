namespace Pipe.Ssh;

/// <summary>
/// Bounds the received data that have not been written to standard output yet. The library announces a window of 2 GiB and buffers without limit, so the
/// receiving thread waits here, and TCP flow control then stops the server.
/// </summary>
internal sealed class ReceiveLimit
{
    /// <summary>OpenSSH's receive window is of the same order.</summary>
    public const int MaxBytes = 4 << 20;

    private readonly object _lock = new();
    private long _waiting;

    /// <summary>Waits until less than the limit is buffered, then counts a message.</summary>
    public void Arrive(int count)
    {
        lock (_lock)
        {
            while (_waiting >= MaxBytes)
            {
                Monitor.Wait(_lock);
            }

            _waiting += count;
        }
    }

    /// <summary>The reader has taken data.</summary>
    public void Release(int count)
    {
        lock (_lock)
        {
            _waiting -= count;
            Monitor.PulseAll(_lock);
        }
    }
}
