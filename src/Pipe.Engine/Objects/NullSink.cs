namespace Pipe.Engine;

/// <summary>Discards everything, to measure the rest of the transfer.</summary>
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
