namespace Pipe.Protocol.Datagrams;

/// <summary>A fragment to send now: the caller writes its header and adds the bytes of the block from where they are stored.</summary>
internal readonly record struct DatagramSegment(DataHeader Header, int Length)
{
    public ulong Block => Header.Block;

    public int Offset => Header.Offset;
}
