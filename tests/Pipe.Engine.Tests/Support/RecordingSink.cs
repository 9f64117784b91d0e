namespace Pipe.Engine.Tests;

/// <summary>A sink that records its content and detects wrong, repeated or misordered writes.</summary>
internal sealed class RecordingSink(int size, bool isOrdered, Action? onWrite = null) : ISink
{
    private readonly byte[] _bytes = new byte[size];
    private readonly byte[] _times = new byte[size];
    private int _inside;
    private long _position;
    private int _calls;

    public bool IsOrdered => isOrdered;

    /// <summary>Number of completed writes.</summary>
    public int Calls => Volatile.Read(ref _calls);

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        var place = Enter(offset, bytes.Length);
        bytes.CopyTo(place);
        Leave(bytes.Length);
    }

    public void Hole(long offset, long length)
    {
        Enter(offset, length).Clear();
        Leave(length);
    }

    public void Commit(long size) => throw new InvalidOperationException("unexpected commit");

    public void Abort()
    {
    }

    public void Dispose()
    {
    }

    /// <summary>Describes the first fault; empty if every byte was written once and is correct.</summary>
    public string Faults(byte[] expected)
    {
        var wrongly = Array.FindIndex(_times, times => times != 1);
        var wrong = _bytes.AsSpan().CommonPrefixLength(expected);
        return wrongly >= 0 ? $"byte {wrongly} was written {_times[wrongly]} times"
            : wrong < expected.Length ? $"byte {wrong} is wrong"
            : "";
    }

    private Span<byte> Enter(long offset, long length)
    {
        if (Interlocked.Increment(ref _inside) != 1 && isOrdered)
        {
            throw new InvalidOperationException("two writers in an ordered sink");
        }

        if (isOrdered && offset != _position)
        {
            throw new InvalidOperationException($"offset {offset} after {_position}");
        }

        onWrite?.Invoke();
        lock (_times)
        {
            foreach (ref var times in _times.AsSpan((int)offset, (int)length))
            {
                times++;
            }
        }

        return _bytes.AsSpan((int)offset, (int)length);
    }

    private void Leave(long length)
    {
        if (isOrdered)
        {
            _position += length;
        }

        Interlocked.Increment(ref _calls);
        Interlocked.Decrement(ref _inside);
    }
}
