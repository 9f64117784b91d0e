using System.Buffers.Binary;

namespace Pipe.Protocol;

/// <summary>Writes one message from front to back, little-endian; the counterpart of <see cref="WireReader"/>.</summary>
internal sealed class WireWriter
{
    private byte[] _bytes = new byte[256];
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void U8(byte value) => Take(1)[0] = value;

    public void U16(int value) => BinaryPrimitives.WriteUInt16LittleEndian(Take(2), checked((ushort)value));

    public void U32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);

    public void U64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value);

    /// <summary>A size; -1 stands for unknown.</summary>
    public void Length(long value) => U64((ulong)value);

    public void Bytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>u32 length, then that many bytes; a longer text is cut at the limit.</summary>
    public void Text(string text, int limit = Limits.MaxText)
    {
        var bytes = RawText.Encode(text);
        var length = Math.Min(bytes.Length, limit);
        U32((uint)length);
        Bytes(bytes.AsSpan(0, length));
    }

    /// <summary>Extends the message by <paramref name="count"/> bytes and returns them.</summary>
    private Span<byte> Take(int count)
    {
        if (_length + count > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _length + count));
        }

        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }
}
