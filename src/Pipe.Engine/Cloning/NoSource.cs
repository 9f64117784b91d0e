namespace Pipe.Engine;

/// <summary>A placeholder for the source of a fully hydrated clone.</summary>
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
            // The target receives no data.
        }
    }

    public SourceDigest Sample(int timeoutMilliseconds) => throw new InvalidOperationException("a sample of no source");

    public void Request(long offset, long length, FetchPriority priority) => throw new InvalidOperationException("a request to no source");

    public void Raise(long offset, long length)
    {
        // No request is in flight.
    }

    public void Finish()
    {
        // There is no connection over which the source could report changes.
    }

    public void Dispose()
    {
        // No resources are open.
    }
}
