namespace Pipe.Engine;

/// <summary>The source of a clone that does not need it any more.</summary>
internal sealed class NoSource(string name) : ICloneSource
{
    public string Name => name;

    public long Size => 0;

    public long LostSince => 0;

    public long BytesRead => 0;

    public IFetchTarget Target
    {
        set
        {
            // It gets nothing.
        }
    }

    public SourceDigest Sample(int timeoutMilliseconds) => throw new InvalidOperationException("a sample of no source");

    public void Request(long offset, long length, FetchPriority priority) => throw new InvalidOperationException("a request to no source");

    public void Raise(long offset, long length)
    {
        // Nothing is on its way.
    }

    public void Finish()
    {
        // It was checked when the clone became complete, or will be by the user.
    }

    public void Dispose()
    {
        // Nothing is open.
    }
}
