namespace Pipe.Engine;

/// <summary>
/// Where the bytes come from. Sources throw <see cref="Failure"/> and nothing else, in the user's words.
/// </summary>
internal interface ISource : IDisposable
{
    /// <summary>Bytes there are, -1 if only the end will tell.</summary>
    long Size { get; }

    /// <summary>Permission bits that the copy should get, <see cref="Protocol.Terms.NoMode"/> if there are none.</summary>
    int Mode { get; }

    /// <summary>After <see cref="Finish"/>: what the user should know though it ended well; empty if there is nothing.</summary>
    string Remark => "";

    /// <summary>After <see cref="Finish"/>: the verdict of a program whose output is delivered whatever the verdict is; null if it ended well.</summary>
    Failure? Verdict => null;

    /// <summary>What it has to know of the target; null if nothing.</summary>
    ITargetQuestion? Question => null;

    /// <summary>What a stored stream went through, with a NUL between filters.</summary>
    string Filters => "";

    /// <summary>After <see cref="Finish"/>: the digest of the whole stream, if the target stores it.</summary>
    Protocol.WideDigest StreamDigest => default;

    /// <summary>Before anything is read: the target has these from the first byte on. They are read, compared and left out; false if the source cannot.</summary>
    bool TryKeep(IReadOnlyList<Protocol.KeptFragment> kept) => false;

    /// <summary>After the last byte: throws unless the source has ended without a fault.</summary>
    void Finish();

    /// <summary>The copy has failed: wakes whoever reads and stops the producer. Any thread, any time.</summary>
    void Abort();
}

/// <summary>A source whose bytes have addresses. Read from many threads at once.</summary>
internal interface IRangeSource : ISource
{
    /// <summary>Fills the buffer from that offset on.</summary>
    void Read(Span<byte> buffer, long offset);

    /// <summary>The first offset from here on that holds data, Size if only a hole is left.</summary>
    long NextData(long from);

    /// <summary>The first offset from here on that lies in a hole, Size if there is none.</summary>
    long NextHole(long from);
}

/// <summary>A source that is read once, front to back, by one thread, or by some if the order of what they read does not matter.</summary>
internal interface IStreamSource : ISource
{
    /// <summary>Threads that may read at the same time.</summary>
    int Readers => 1;

    /// <summary>Bytes that a buffer needs to have.</summary>
    int LeastRoom => 1;

    /// <summary>Waits for bytes; 0 at the end, or once aborted.</summary>
    int Read(Span<byte> buffer);

    /// <summary>Whether more can be read without waiting.</summary>
    bool HasMore();

    /// <summary>How what one buffer holds can be read again; null if it cannot.</summary>
    /// <param name="bytes">What was read.</param>
    /// <param name="offset">Bytes that were read before it, if there is one reader.</param>
    BlockRecipe? RecipeOf(ReadOnlySpan<byte> bytes, long offset) => null;

    /// <summary>Files that are complete with what one buffer holds, and bytes of files in it.</summary>
    (long Files, long Bytes) Weigh(ReadOnlySpan<byte> bytes) => (0, bytes.Length);

    /// <summary>What one buffer held is where it belongs. From any thread.</summary>
    void Delivered(ReadOnlySpan<byte> bytes)
    {
        // For those who look at what they have read.
    }
}
