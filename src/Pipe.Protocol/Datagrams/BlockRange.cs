namespace Pipe.Protocol.Datagrams;

/// <summary>Bytes of a block that are to be sent.</summary>
/// <param name="Block">Index of the block.</param>
/// <param name="Offset">Of the first byte.</param>
/// <param name="Length">Bytes.</param>
/// <param name="IsCopy">Goes in addition to the same bytes under another number: it is not copied again, and not repeated if it is lost.</param>
/// <param name="Losses">How often these bytes were lost.</param>
internal readonly record struct BlockRange(ulong Block, int Offset, int Length, bool IsCopy = false, byte Losses = 0);
