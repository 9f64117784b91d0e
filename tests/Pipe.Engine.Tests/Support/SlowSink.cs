namespace Pipe.Engine.Tests;

/// <summary>A sink whose writes block until released, or fail at once.</summary>
internal sealed class SlowSink(bool isOrdered = true) : ISink
{
    public ManualResetEventSlim HasBegun { get; } = new();

    public ManualResetEventSlim MayEnd { get; } = new();

    /// <summary>If set, every write throws it at once.</summary>
    public Exception? Fault { get; init; }

    public int Writes { get; private set; }

    public bool IsOrdered => isOrdered;

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        if (Fault is not null)
        {
            throw Fault;
        }

        HasBegun.Set();
        MayEnd.Wait();
        Writes++;
    }

    public void Hole(long offset, long length)
    {
    }

    public void Commit(long size)
    {
    }

    public void Abort()
    {
    }

    public void Dispose()
    {
        HasBegun.Dispose();
        MayEnd.Dispose();
    }
}
