using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A block on its way out: what it covers, and its bytes if they cannot be read again.</summary>
/// <param name="Type">Data or hole.</param>
/// <param name="Offset">Where it belongs.</param>
/// <param name="Span">Bytes of the object that it covers.</param>
/// <param name="Sequence">Its number, from 0 without gaps.</param>
/// <param name="Slab">The bytes, kept until they are acknowledged; null if the source can be asked again.</param>
/// <param name="IsAgain">Whether it was sent before, and is counted.</param>
internal readonly record struct OutgoingBlock(BlockType Type, long Offset, long Span, ulong Sequence, Slab? Slab, bool IsAgain)
{
    public int Length => Type == BlockType.Data ? (int)Span : 0;
}
