namespace Pipe.Engine;

/// <summary>Reads blocks again that are no longer in memory.</summary>
internal interface IBlockReader
{
    /// <summary>Fills the buffer from that offset. Several threads may read at once.</summary>
    /// <exception cref="Failure">The bytes cannot be read.</exception>
    void Read(Span<byte> buffer, long offset);
}
