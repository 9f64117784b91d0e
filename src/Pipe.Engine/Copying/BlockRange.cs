using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A stretch of an object that makes one block.</summary>
internal readonly record struct BlockRange(BlockType Type, long Offset, long Length);
