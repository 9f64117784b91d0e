namespace Pipe.Engine;

/// <summary>
/// A file or device with a volatile write cache: what was written is durable once <see cref="Sync"/> has returned, and not before.
/// From any thread. Throws <see cref="IOException"/>.
/// </summary>
internal interface IDisk : IDisposable
{
    /// <summary>What messages call it.</summary>
    string Name { get; }

    long Size { get; }

    /// <summary>Fills the buffer; zeros where there is nothing.</summary>
    void Read(Span<byte> buffer, long offset);

    /// <summary>The same, if it takes no wait for a device.</summary>
    bool TryReadNow(Span<byte> buffer, long offset);

    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Makes a stretch read as zeros.</summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="keepsSpace">Whether its blocks stay allocated.</param>
    void Zero(long offset, long length, bool keepsSpace);

    /// <summary>Gives the blocks of a stretch back, if the disk can; its content is undefined after that.</summary>
    void Discard(long offset, long length);

    /// <summary>The first offset from here on that lies in a hole if it is now in data, or the other way round.</summary>
    bool IsHole(long offset, long end, out long until);

    void Sync();
}
