using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A range of an object that makes one block.</summary>
/// <param name="Type">The content of the block.</param>
/// <param name="Offset">Offset of the first byte.</param>
/// <param name="Length">Length in bytes of the object.</param>
/// <param name="Kept">For a kept range: the digest of the piece.</param>
internal readonly record struct BlockRange(BlockType Type, long Offset, long Length, Digest Kept = default);
