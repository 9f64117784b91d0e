using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>
/// The destination of the bytes. Sinks throw only <see cref="Failure"/>, in the user's words. Until <see cref="Commit"/> returns, nothing exists that
/// looks like success.
/// </summary>
internal interface ISink : IDisposable
{
    /// <summary>Whether bytes must come front to back, from one thread at a time; otherwise in any order, from several threads at once.</summary>
    bool IsOrdered { get; }

    /// <summary>After <see cref="Commit"/>: a warning for the user about a successful copy; empty if there is none.</summary>
    string Warning => "";

    /// <summary>Bytes that are free for a whole new copy; -1 if unknown, or if less may be needed.</summary>
    long Free => -1;

    /// <summary>The pieces left by an interrupted copy, if this one resumes it.</summary>
    KeptPieces? Kept => null;

    /// <summary>Fragments from an earlier copy that stay; the stream continues after them.</summary>
    IReadOnlyList<Protocol.KeptFragment> KeptFragments => [];

    /// <summary>
    /// Opens what was written, at the same offsets, for reading; null if the sink cannot be read. Valid before and after <see cref="Commit"/>, but
    /// opened before.
    /// </summary>
    Fd? OpenReader() => null;

    /// <summary>The demands of a sink that is filled on demand; null if it takes the whole object.</summary>
    IDemands? Demands => null;

    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Writes a range of zeros, which need not take space.</summary>
    void Hole(long offset, long length);

    /// <summary>The present contents of the target; null if the sender has no question.</summary>
    /// <param name="names">The sender's names of its roots.</param>
    IInventory? Inventory(string[] names) => null;

    /// <summary>Takes the sender's totals; called before <see cref="Commit"/>.</summary>
    void Expect(Protocol.End end)
    {
    }

    /// <summary>
    /// Called when every byte is here and verified: makes the data durable and gives them their name, or lets the command finish and checks its exit
    /// status.
    /// </summary>
    void Commit(long size);

    /// <summary>The other side is gone, but may return: leaves partial data to a later copy meanwhile. Nothing is written.</summary>
    void Yield()
    {
    }

    /// <summary>The other side is back. Throws if another copy has taken the partial data.</summary>
    void Retake()
    {
    }

    /// <summary>The copy has failed: leaves nothing behind, and kills the consumer before it can take the end for success. Any thread, any time.</summary>
    void Abort();
}
