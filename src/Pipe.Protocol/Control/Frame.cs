using System.Buffers.Binary;
using System.IO.Hashing;

namespace Pipe.Protocol;

/// <summary>The header before every control message.</summary>
/// <remarks>
/// <code>
///     u32  length     payload bytes that follow
///     u8   type       MessageType
///     u8   zero[3]
///     u32  check      low half of XxHash3 of the 8 bytes above, then of the payload with that as its seed
/// </code>
/// </remarks>
internal readonly record struct Frame(MessageType Type, int Length, uint Check)
{
    public const int Size = 12;

    /// <summary>Both sides write the marker before their first frame; it ends the output of the login shell.</summary>
    public static ReadOnlySpan<byte> Marker => "PIPE-CONTROL\r\n\x1a\0"u8;

    /// <summary>Length of the longest prefix of the marker with which these bytes end.</summary>
    public static int MarkerPrefixLength(ReadOnlySpan<byte> bytes)
    {
        var length = Math.Min(bytes.Length, Marker.Length);
        while (!bytes.EndsWith(Marker[..length]))
        {
            length--;
        }

        return length;
    }

    public static byte[] Pack<T>(T message)
        where T : IMessage<T>
    {
        var payload = new WireWriter();
        message.Write(payload);
        var packed = new byte[Size + payload.Written.Length];
        payload.Written.CopyTo(packed.AsSpan(Size));
        Seal(packed, T.Type);
        return packed;
    }

    /// <summary>Fills in the header before a payload that is already in place.</summary>
    public static void Seal(Span<byte> packed, MessageType type)
    {
        var payload = packed[Size..];
        BinaryPrimitives.WriteUInt32LittleEndian(packed, (uint)payload.Length);
        packed[4] = (byte)type;
        packed[5..8].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(packed[8..], CheckOf(packed, payload));
    }

    public static Frame Read(ReadOnlySpan<byte> header)
    {
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header);
        if (length > Limits.MaxFrame)
        {
            ProtocolException.Throw($"a control frame of {length} bytes, more than {Limits.MaxFrame}");
        }

        if (header[5] != 0 || header[6] != 0 || header[7] != 0)
        {
            ProtocolException.Throw("a control frame with unknown flags");
        }

        return new Frame((MessageType)header[4], (int)length, BinaryPrimitives.ReadUInt32LittleEndian(header[8..]));
    }

    /// <summary>Refuses a frame that was damaged, or interrupted by the output of another process.</summary>
    public void Verify(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        if (CheckOf(header, payload) != Check)
        {
            ProtocolException.Throw("the control channel is damaged: something else wrote into it");
        }
    }

    private static uint CheckOf(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload) =>
        (uint)XxHash3.HashToUInt64(payload, (long)XxHash3.HashToUInt64(header[..8]));
}
