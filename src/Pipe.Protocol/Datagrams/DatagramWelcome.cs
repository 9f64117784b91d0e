using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Pipe.Protocol.Datagrams;

/// <summary>The listening side's answer to a Hello that proved the secret. Before that it never answers anything.</summary>
/// <remarks>
/// <code>
///     u8    type         Welcome
///     u8    version      Version
///     u16   lane         of the Hello
///     u32   zero
///     u8    nonce[32]    random, of the listening side
///     u8    proof[32]    HMAC-SHA256(secret, "pipe datagram listen", the first 56 bytes of the Hello, the 40 bytes above)
/// </code>
/// </remarks>
internal readonly record struct DatagramWelcome(int Lane, ReadOnlyMemory<byte> Nonce)
{
    public const int Size = 72;
    private const int ProofAt = 40;

    public void Write(Span<byte> to, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> greeting)
    {
        to[..8].Clear();
        to[0] = (byte)DatagramType.Welcome;
        to[1] = DatagramLimits.Version;
        BinaryPrimitives.WriteUInt16LittleEndian(to[2..], (ushort)Lane);
        Nonce.Span.CopyTo(to[8..]);
        Prove(secret, greeting, to[..ProofAt], to[ProofAt..Size]);
    }

    /// <summary>Null unless this is the answer to this greeting, made with the secret.</summary>
    public static DatagramWelcome? Open(ReadOnlySpan<byte> from, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> greeting)
    {
        if (from.Length != Size || from[0] != (byte)DatagramType.Welcome || from[1] != DatagramLimits.Version
            || !from[2..4].SequenceEqual(greeting[2..4]) || from[4..8].ContainsAnyExcept((byte)0))
        {
            return null;
        }

        Span<byte> proof = stackalloc byte[DatagramHello.ProofSize];
        Prove(secret, greeting, from[..ProofAt], proof);
        return CryptographicOperations.FixedTimeEquals(proof, from[ProofAt..])
            ? new DatagramWelcome(BinaryPrimitives.ReadUInt16LittleEndian(from[2..]), from[8..ProofAt].ToArray())
            : null;
    }

    private static void Prove(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> greeting, ReadOnlySpan<byte> answer, Span<byte> proof)
    {
        Span<byte> text = stackalloc byte[20 + DatagramHello.GreetingSize + ProofAt];
        "pipe datagram listen"u8.CopyTo(text);
        greeting[..DatagramHello.GreetingSize].CopyTo(text[20..]);
        answer.CopyTo(text[(20 + DatagramHello.GreetingSize)..]);
        HMACSHA256.HashData(secret, text, proof);
    }
}
