namespace Pipe.Protocol.Datagrams;

/// <summary>The receiver's verdict on a block, whose memory at the sender is then free.</summary>
/// <param name="Block">The block's index on the lane.</param>
/// <param name="IsDamaged">Whether it arrived damaged: it must be sent again, under another index or on another lane.</param>
internal readonly record struct FinishedBlock(ulong Block, bool IsDamaged);
