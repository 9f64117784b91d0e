namespace Pipe.Engine;

/// <summary>What a clone is made from: takes requests without waiting and delivers the bytes later, by threads of its own.</summary>
internal interface ICloneSource : IDisposable
{
    /// <summary>What messages and the metadata call it.</summary>
    string Name { get; }

    long Size { get; }

    /// <summary>Since when it has been away, by <see cref="Environment.TickCount64"/>; 0 if it is there.</summary>
    long LostSince { get; }

    /// <summary>Bytes of data that have come from it.</summary>
    long BytesRead { get; }

    /// <summary>Who gets what is asked for. Set before the first request.</summary>
    IFetchTarget Target { set; }

    /// <summary>Tells it from another one. Called once, before it has a target.</summary>
    /// <exception cref="Failure">It does not answer.</exception>
    SourceDigest Sample(int timeoutMilliseconds);

    /// <summary>Asks for a range. Every byte of it arrives once, in any order and any pieces, or is said to have failed.</summary>
    void Request(long offset, long length, FetchPriority priority);

    /// <summary>A client waits for what was asked for with less priority.</summary>
    void Raise(long offset, long length);

    /// <summary>Nothing more will be asked for: says whether the source stayed the same all the time. Throws <see cref="Failure"/> if it did not.</summary>
    void Finish();
}

/// <summary>Where the bytes of a source go. Called by any thread, and by the caller of <see cref="ICloneSource.Request"/> too.</summary>
internal interface IFetchTarget
{
    void Arrived(long offset, ReadOnlySpan<byte> bytes);

    void ArrivedZeros(long offset, long length);

    /// <summary>The source cannot deliver a range.</summary>
    void FetchFailed(long offset, long length, string cause);

    /// <summary>The connection to the source is lost. What was asked for is asked for again once it is back.</summary>
    void SourceLost(string cause);

    void SourceBack();

    /// <summary>What is there now is not what the clone was begun with.</summary>
    void SourceChanged(string cause);
}
