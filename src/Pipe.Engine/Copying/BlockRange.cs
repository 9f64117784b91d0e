using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A stretch of an object that makes one block.</summary>
/// <param name="Type">What the block carries.</param>
/// <param name="Offset">Where it begins.</param>
/// <param name="Length">Bytes of the object.</param>
/// <param name="Kept">Of what is kept: the digest of the piece.</param>
internal readonly record struct BlockRange(BlockType Type, long Offset, long Length, Digest Kept = default);
