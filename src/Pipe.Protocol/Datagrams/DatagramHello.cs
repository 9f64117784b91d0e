using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Pipe.Protocol.Datagrams;

/// <summary>The first datagram of the connecting side. It is larger than the answer, so that a forged source address gains no amplification.</summary>
/// <remarks>
/// <code>
///     u8    type          Hello
///     u8    version       Version
///     u16   lane          number of the lane, from 1
///     u8    protection    Protection
///     u8    zero[3]
///     u8    session[16]
///     u8    nonce[32]     random, of the connecting side
///     u8    proof[32]     HMAC-SHA256(secret, "pipe datagram connect", the 56 bytes above)
///     u8    zero[1112]
/// </code>
/// </remarks>
internal readonly record struct DatagramHello(int Lane, Protection Protection, ReadOnlyMemory<byte> Session, ReadOnlyMemory<byte> Nonce)
{
    public const int Size = DatagramLimits.MinDatagram;
    public const int NonceSize = 32;
    public const int ProofSize = 32;

    /// <summary>Size of the part covered by the proof and the keys.</summary>
    public const int GreetingSize = 56;

    public void Write(Span<byte> to, ReadOnlySpan<byte> secret)
    {
        to[..Size].Clear();
        to[0] = (byte)DatagramType.Hello;
        to[1] = DatagramLimits.Version;
        BinaryPrimitives.WriteUInt16LittleEndian(to[2..], (ushort)Lane);
        to[4] = (byte)Protection;
        Session.Span.CopyTo(to[8..]);
        Nonce.Span.CopyTo(to[24..]);
        Prove(secret, to[..GreetingSize], to.Slice(GreetingSize, ProofSize));
    }

    /// <summary>Null unless this is the Hello of an expected connection whose sender knows the secret.</summary>
    /// <remarks>Makes the cheap comparisons first, so that a datagram of a stranger who does not know the session costs no hash.</remarks>
    public static DatagramHello? Open(ReadOnlySpan<byte> from, ReadOnlySpan<byte> session, ReadOnlySpan<byte> secret)
    {
        if (from.Length != Size || from[0] != (byte)DatagramType.Hello || from[1] != DatagramLimits.Version
            || from[4] > (byte)Protection.Encrypt || from[5..8].ContainsAnyExcept((byte)0)
            || !from[8..24].SequenceEqual(session) || from[(GreetingSize + ProofSize)..].ContainsAnyExcept((byte)0))
        {
            return null;
        }

        Span<byte> proof = stackalloc byte[ProofSize];
        Prove(secret, from[..GreetingSize], proof);
        var lane = BinaryPrimitives.ReadUInt16LittleEndian(from[2..]);
        return lane is > 0 and <= Limits.MaxLanes && CryptographicOperations.FixedTimeEquals(proof, from.Slice(GreetingSize, ProofSize))
            ? new DatagramHello(lane, (Protection)from[4], from[8..24].ToArray(), from[24..GreetingSize].ToArray())
            : null;
    }

    private static void Prove(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> greeting, Span<byte> proof)
    {
        Span<byte> text = stackalloc byte[21 + GreetingSize];
        "pipe datagram connect"u8.CopyTo(text);
        greeting.CopyTo(text[21..]);
        HMACSHA256.HashData(secret, text, proof);
    }
}
