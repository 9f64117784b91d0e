using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A block to send: its range, and its bytes if they cannot be read again.</summary>
/// <param name="Type">The content of the block.</param>
/// <param name="Offset">Offset in the object.</param>
/// <param name="Span">Bytes of the object that it covers.</param>
/// <param name="Sequence">Sequence number, from 0 without gaps.</param>
/// <param name="Slab">The bytes, kept until they are acknowledged; null if the source can be read again.</param>
/// <param name="IsAgain">Whether it was sent and counted before.</param>
/// <param name="Kept">For a kept range: the digest of the piece.</param>
internal readonly record struct OutgoingBlock(BlockType Type, long Offset, long Span, ulong Sequence, Slab? Slab, bool IsAgain, Digest Kept = default)
{
    public int Length => Type == BlockType.Data ? (int)Span : 0;
}
