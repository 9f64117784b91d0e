namespace Pipe.Protocol.Datagrams;

/// <summary>A fragment that is to be sent now: the caller writes its header and adds the bytes of the block from where they lie.</summary>
internal readonly record struct DatagramSegment(DataHeader Header, int Length)
{
    public ulong Block => Header.Block;

    public int Offset => Header.Offset;
}
