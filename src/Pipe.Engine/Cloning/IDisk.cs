namespace Pipe.Engine;

/// <summary>
/// A file or device with a volatile write cache: writes are durable only once <see cref="Sync"/> has returned.
/// Thread-safe. Throws <see cref="IOException"/>.
/// </summary>
internal interface IDisk : IDisposable
{
    /// <summary>The name in messages.</summary>
    string Name { get; }

    /// <summary>Fills the buffer, with zeros beyond the end of the file.</summary>
    void Read(Span<byte> buffer, long offset);

    /// <summary>Reads without waiting for a device; false if that is not possible.</summary>
    bool TryReadNow(Span<byte> buffer, long offset);

    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Makes a range read as zeros.</summary>
    /// <param name="offset">Start of the range.</param>
    /// <param name="length">Length in bytes.</param>
    /// <param name="keepsSpace">Whether the blocks stay allocated.</param>
    void Zero(long offset, long length, bool keepsSpace);

    /// <summary>Deallocates the blocks of a range, if the disk supports it; the content is then undefined.</summary>
    void Discard(long offset, long length);

    /// <summary>Returns whether the offset lies in a hole, and where that hole or data range ends.</summary>
    bool IsHole(long offset, long end, out long until);

    void Sync();
}
