namespace Pipe.Engine;

/// <summary>
/// Where the bytes go. Sinks throw <see cref="Failure"/> and nothing else, in the user's words.
/// Until <see cref="Commit"/> returns nothing exists that looks like success.
/// </summary>
internal interface ISink : IDisposable
{
    /// <summary>Whether bytes must come front to back, from one thread at a time. Otherwise in any order, from many at once.</summary>
    bool IsOrdered { get; }

    /// <summary>After <see cref="Commit"/>: what the user should know though it ended well; empty if there is nothing.</summary>
    string Remark => "";

    /// <summary>What an earlier copy that was cut has left of the object, if this one goes on with it.</summary>
    KeptPieces? Kept => null;

    /// <summary>Fragments from an earlier copy that stay; the stream continues after them.</summary>
    IReadOnlyList<Protocol.KeptFragment> KeptFragments => [];

    /// <summary>Says what the sink wants of an object that is sent on demand; null if it takes all.</summary>
    IDemands? Demands => null;

    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>A stretch of zeros that need not take space.</summary>
    void Hole(long offset, long length);

    /// <summary>What the target has already; null if the sender has nothing to ask.</summary>
    /// <param name="names">What the sender calls what it begins with.</param>
    IInventory? Inventory(string[] names) => null;

    /// <summary>The sender's word on what all of it is; in front of <see cref="Commit"/>.</summary>
    void Expect(Protocol.End end)
    {
    }

    /// <summary>Every byte is here and checked: makes it durable, gives it its name, or lets the command end and asks how it went.</summary>
    void Commit(long size);

    /// <summary>The other side is gone, and may come back: what a later copy could take up is left to it meanwhile. Nothing is written.</summary>
    void Yield()
    {
    }

    /// <summary>It is back. Throws if another copy has taken up what was left to it.</summary>
    void Retake()
    {
    }

    /// <summary>The copy has failed: leaves nothing behind, kills the consumer before it can take the end for success. Any thread, any time.</summary>
    void Abort();
}
