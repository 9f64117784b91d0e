namespace Pipe.Engine;

/// <summary>The origin of the bytes. Sources throw only <see cref="Failure"/>, in the user's words.</summary>
internal interface ISource : IDisposable
{
    /// <summary>The size in bytes; -1 if unknown before the end.</summary>
    long Size { get; }

    /// <summary>Bytes that the source takes on its disk; -1 if unknown.</summary>
    long Occupied => -1;

    /// <summary>Permission bits for the copy; <see cref="Protocol.Terms.NoMode"/> if there are none.</summary>
    int Mode { get; }

    /// <summary>This source, if it has random access; otherwise null.</summary>
    IRangeSource? Ranges => null;

    /// <summary>This source, if it is read front to back; otherwise null.</summary>
    IStreamSource? Stream => null;

    /// <summary>After <see cref="Finish"/>: a warning for the user about a successful copy; empty if there is none.</summary>
    string Warning => "";

    /// <summary>After <see cref="Finish"/>: the failure of a program whose output is delivered even if it fails; null if it succeeded.</summary>
    Failure? Verdict => null;

    /// <summary>The question about the target that the source needs answered; null if none.</summary>
    ITargetQuestion? Question => null;

    /// <summary>The filters that produced a stored stream, separated by NULs.</summary>
    string Filters => "";

    /// <summary>After <see cref="Finish"/>: the digest of the whole stream, if the target stores it.</summary>
    Protocol.WideDigest StreamDigest => default;

    /// <summary>
    /// Called before anything is read: the target has these fragments from the first byte on. They are read, compared and skipped; false if the source
    /// cannot do that.
    /// </summary>
    bool TryKeep(IReadOnlyList<Protocol.KeptFragment> kept) => false;

    /// <summary>Called after the last byte: throws unless the source has ended without error.</summary>
    void Finish();

    /// <summary>The copy has failed: wakes readers and stops the producer. Any thread, any time.</summary>
    void Abort();
}

/// <summary>A source with random access. Several threads may read it at once.</summary>
internal interface IRangeSource : ISource
{
    IRangeSource ISource.Ranges => this;

    /// <summary>Fills the buffer from that offset.</summary>
    void Read(Span<byte> buffer, long offset);

    /// <summary>The first offset at or after <paramref name="from"/> that holds data; Size if the rest is a hole.</summary>
    long NextData(long from);

    /// <summary>The first offset at or after <paramref name="from"/> that lies in a hole; Size if there is none.</summary>
    long NextHole(long from);
}

/// <summary>A source that is read once, front to back: by one thread, or by several if the order of their blocks does not matter.</summary>
internal interface IStreamSource : ISource
{
    IStreamSource ISource.Stream => this;

    /// <summary>Maximum number of concurrent readers.</summary>
    int Readers => 1;

    /// <summary>Minimum size of a read buffer in bytes.</summary>
    int LeastRoom => 1;

    /// <summary>Waits for bytes; 0 at the end, or once aborted.</summary>
    int Read(Span<byte> buffer);

    /// <summary>Whether more can be read without waiting.</summary>
    bool HasMore();

    /// <summary>Returns instructions to read the contents of one buffer again; null if that is not possible.</summary>
    /// <param name="bytes">The bytes read.</param>
    /// <param name="offset">The number of bytes read before, if there is one reader.</param>
    BlockRecipe? RecipeOf(ReadOnlySpan<byte> bytes, long offset) => null;

    /// <summary>The number of files completed by one buffer, and the bytes of files in it.</summary>
    (long Files, long Bytes) Weigh(ReadOnlySpan<byte> bytes) => (0, bytes.Length);

    /// <summary>Called when the receiver has the contents of one buffer. Any thread.</summary>
    void Delivered(ReadOnlySpan<byte> bytes)
    {
        // For sources that track what they have read.
    }
}
