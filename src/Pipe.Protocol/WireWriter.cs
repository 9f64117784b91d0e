using System.Buffers;
using System.Buffers.Binary;

namespace Pipe.Protocol;

/// <summary>Writes one message front to back, little-endian; the counterpart of <see cref="WireReader"/>.</summary>
internal sealed class WireWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public void U8(byte value) => _bytes.Write([value]);

    public void U16(int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.GetSpan(2), checked((ushort)value));
        _bytes.Advance(2);
    }

    public void U32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.GetSpan(4), value);
        _bytes.Advance(4);
    }

    public void U64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.GetSpan(8), value);
        _bytes.Advance(8);
    }

    /// <summary>A size; -1 stands for unknown.</summary>
    public void Length(long value) => U64((ulong)value);

    public void Bytes(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

    /// <summary>u32 length, then that many bytes; what is longer than the limit is cut.</summary>
    public void Text(string text, int limit = Limits.MaxText)
    {
        var bytes = RawText.Encode(text);
        var length = Math.Min(bytes.Length, limit);
        U32((uint)length);
        _bytes.Write(bytes.AsSpan(0, length));
    }
}
