namespace Pipe.Protocol.Datagrams;

/// <summary>The verdict of the receiver on a block: its memory at the sender is free.</summary>
/// <param name="Block">Its index on the lane.</param>
/// <param name="IsDamaged">It came damaged: send it again, under another index or on another lane.</param>
internal readonly record struct FinishedBlock(ulong Block, bool IsDamaged);
