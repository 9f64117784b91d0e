using System.Buffers.Binary;
using System.Numerics;

namespace Pipe.Protocol.Datagrams;

/// <summary>SipHash-2-4: a keyed 64-bit hash that cannot be forged without the key. Takes 15 ns for a header, where AES-GCM takes half a microsecond.</summary>
/// <param name="key">16 bytes.</param>
internal readonly struct SipHash(ReadOnlySpan<byte> key)
{
    public const int KeySize = 16;

    private readonly ulong _k0 = BinaryPrimitives.ReadUInt64LittleEndian(key);
    private readonly ulong _k1 = BinaryPrimitives.ReadUInt64LittleEndian(key[8..]);

    public ulong Of(ReadOnlySpan<byte> text) => Of(text, 0, 0);

    /// <summary>The hash of a text of whole words, followed by one more word.</summary>
    public ulong Of(ReadOnlySpan<byte> words, ulong last) => Of(words, last, sizeof(ulong));

    private ulong Of(ReadOnlySpan<byte> text, ulong more, int moreLength)
    {
        var (v0, v1) = (_k0 ^ 0x736f6d6570736575, _k1 ^ 0x646f72616e646f6d);
        var (v2, v3) = (_k0 ^ 0x6c7967656e657261, _k1 ^ 0x7465646279746573);
        var last = (ulong)(text.Length + moreLength) << 56;
        for (; text.Length >= 8; text = text[8..])
        {
            Absorb(ref v0, ref v1, ref v2, ref v3, BinaryPrimitives.ReadUInt64LittleEndian(text));
        }

        if (moreLength > 0)
        {
            Absorb(ref v0, ref v1, ref v2, ref v3, more);
        }

        for (var i = 0; i < text.Length; i++)
        {
            last |= (ulong)text[i] << (8 * i);
        }

        Absorb(ref v0, ref v1, ref v2, ref v3, last);
        v2 ^= 0xff;
        for (var i = 0; i < 4; i++)
        {
            Round(ref v0, ref v1, ref v2, ref v3);
        }

        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static void Absorb(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3, ulong word)
    {
        v3 ^= word;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= word;
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v2 += v3;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
