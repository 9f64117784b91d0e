namespace Pipe.Protocol.Datagrams;

/// <summary>A fragment that arrived: the caller copies <see cref="Length"/> bytes from <see cref="At"/> of the datagram into the block in this slot.</summary>
/// <param name="Slot">One of the receiver's, 0 to Slots - 1: names the memory of the block.</param>
/// <param name="Block">Its index on the lane.</param>
/// <param name="BlockSize">Its bytes, with the BlockHeader.</param>
/// <param name="Offset">Where the fragment belongs in the block.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="At">Where they start in the datagram.</param>
/// <param name="Opens">It is the first of its block: the slot needs memory from here on.</param>
/// <param name="Completes">It is the last one missing: with it the block is whole.</param>
internal readonly record struct DatagramFragment(int Slot, ulong Block, int BlockSize, int Offset, int Length, int At, bool Opens, bool Completes);
