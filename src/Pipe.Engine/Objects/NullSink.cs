namespace Pipe.Engine;

/// <summary>Drops everything: to measure the rest.</summary>
internal sealed class NullSink : ISink
{
    public bool IsOrdered => false;

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
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
    }
}
