namespace Pipe.Protocol.Datagrams;

/// <summary>Bytes of a block that are to be sent.</summary>
internal readonly record struct BlockRange(ulong Block, int Offset, int Length);
