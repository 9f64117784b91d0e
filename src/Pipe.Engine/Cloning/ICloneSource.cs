namespace Pipe.Engine;

/// <summary>The source of a clone. Accepts requests without blocking and delivers the data asynchronously.</summary>
internal interface ICloneSource : IDisposable
{
    /// <summary>The name of the source in messages and in the metadata.</summary>
    string Name { get; }

    long Size { get; }

    /// <summary>The time at which the connection was lost, from <see cref="Environment.TickCount64"/>; 0 while it is up.</summary>
    long LostSince { get; }

    /// <summary>Number of data bytes received.</summary>
    long BytesRead { get; }

    /// <summary>Receives the data. Set before the first request.</summary>
    IFetchTarget Target { set; }

    /// <summary>Returns a digest of sampled blocks, to identify the source. Called once, before <see cref="Target"/> is set.</summary>
    /// <exception cref="Failure">The source does not answer in time, or cannot deliver the blocks.</exception>
    SourceDigest Sample(int timeoutMilliseconds);

    /// <summary>Requests a range. Every byte either arrives once, in any order and in pieces of any size, or is reported as failed.</summary>
    void Request(long offset, long length, FetchPriority priority);

    /// <summary>Raises the priority of a requested range, because a client now waits for it.</summary>
    void Raise(long offset, long length);

    /// <summary>Ends the requests and checks that the source did not change. Throws <see cref="Failure"/> if it did.</summary>
    void Finish();
}

/// <summary>Receives the data of a source. Called on any thread, possibly from within <see cref="ICloneSource.Request"/>.</summary>
internal interface IFetchTarget
{
    void Arrived(long offset, ReadOnlySpan<byte> bytes);

    void ArrivedZeros(long offset, long length);

    /// <summary>Reports a range that the source cannot deliver.</summary>
    void FetchFailed(long offset, long length, string cause);

    /// <summary>Reports that the connection is lost. The source repeats unanswered requests after reconnecting.</summary>
    void SourceLost(string cause);

    void SourceBack();

    /// <summary>Reports that the source has changed since the clone was created.</summary>
    void SourceChanged(string cause);
}
