namespace Pipe.Protocol.Datagrams;

/// <summary>A received fragment: the caller copies <see cref="Length"/> bytes from <see cref="At"/> of the datagram into the block in this slot.</summary>
/// <param name="Slot">The receiver's slot, 0 to Slots - 1, which identifies the memory of the block.</param>
/// <param name="Block">The block's index on the lane.</param>
/// <param name="BlockSize">Size of the block with its BlockHeader.</param>
/// <param name="Offset">Offset of the fragment in the block.</param>
/// <param name="Length">Length of the fragment.</param>
/// <param name="At">Offset of the fragment in the datagram.</param>
/// <param name="Opens">Whether this is the first fragment of its block: the slot needs memory from here on.</param>
/// <param name="Completes">Whether this fragment completes the block.</param>
internal readonly record struct DatagramFragment(int Slot, ulong Block, int BlockSize, int Offset, int Length, int At, bool Opens, bool Completes);
