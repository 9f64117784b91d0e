using Pipe.Protocol;

namespace EndToEnd.Tests.Security;

/// <summary>One unit on a data connection after its handshake: a block or an acknowledgement, in its record if it has one.</summary>
/// <param name="Bytes">As they were sent.</param>
/// <param name="IsBlock">Else an acknowledgement, on its way back.</param>
/// <param name="Index">Counted from 0 on each connection and direction.</param>
/// <param name="Prefix">Where block or acknowledgement begin.</param>
internal sealed record Piece(byte[] Bytes, bool IsBlock, int Index, int Prefix)
{
    /// <summary>A place in the tag of a record.</summary>
    public int Tag => Bytes.Length - 5;

    /// <summary>The same with one bit flipped, and nothing made to fit it.</summary>
    public byte[] Flipped(int at)
    {
        byte[] bytes = [.. Bytes];
        bytes[at] ^= 1;
        return bytes;
    }

    /// <summary>Takes the next one off a connection, whatever it is; null at its end.</summary>
    public static Piece? Read(Func<byte[], int, int, bool> fill, bool isBlock, int index, Protection protection)
    {
        if (protection != Protection.Clear)
        {
            var room = new byte[LaneSeal.PrefixSize];
            return fill(room, 0, room.Length) ? Whole(room, BitConverter.ToInt32(room) + LaneSeal.TagSize, room.Length) : null;
        }

        var header = new byte[isBlock ? BlockHeader.Size : LaneAck.Size];
        return fill(header, 0, header.Length) ? Whole(header, isBlock ? BitConverter.ToInt32(header, 8) : 0, 0) : null;

        Piece? Whole(byte[] start, int more, int prefix)
        {
            byte[] bytes = [.. start, .. new byte[more]];
            return fill(bytes, start.Length, more) ? new Piece(bytes, isBlock, index, prefix) : null;
        }
    }
}
