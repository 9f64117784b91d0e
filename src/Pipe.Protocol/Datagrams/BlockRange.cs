namespace Pipe.Protocol.Datagrams;

/// <summary>A range of a block to send.</summary>
/// <param name="Block">Index of the block.</param>
/// <param name="Offset">Offset of the first byte.</param>
/// <param name="Length">Length in bytes.</param>
/// <param name="IsCopy">Whether this is a second copy of bytes already sent under another number: it is not copied again, and not repeated if it is
/// lost.</param>
/// <param name="Losses">How often these bytes were lost.</param>
internal readonly record struct BlockRange(ulong Block, int Offset, int Length, bool IsCopy = false, byte Losses = 0);
