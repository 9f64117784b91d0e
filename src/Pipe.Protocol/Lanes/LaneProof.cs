using System.Security.Cryptography;

namespace Pipe.Protocol;

/// <summary>
/// The proof by each side of a data connection that it knows the secret of the session: HMAC-SHA256 over a label for the side, the
/// whole LaneHello and both nonces, so that a proof is useless on another lane, in the other direction or in another session.
/// </summary>
/// <remarks>
/// The listening side answers a LaneHello with its nonce and proof (64 bytes), the connecting side then sends its proof (32 bytes):
/// <code>
///     u8    nonce[32]     random, from the listening side; only in its answer
///     u8    proof[32]     HMAC(secret, "pipe lane listen" or "pipe lane connect", LaneHello, nonce)
/// </code>
/// </remarks>
internal static class LaneProof
{
    public const int Size = 32;

    public static byte[] OfListener(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> hello, ReadOnlySpan<byte> nonce) =>
        Compute(secret, "pipe lane listen"u8, hello, nonce);

    public static byte[] OfConnector(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> hello, ReadOnlySpan<byte> nonce) =>
        Compute(secret, "pipe lane connect"u8, hello, nonce);

    /// <summary>Compares in constant time.</summary>
    public static bool Equal(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> given) => CryptographicOperations.FixedTimeEquals(expected, given);

    private static byte[] Compute(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> label, ReadOnlySpan<byte> hello, ReadOnlySpan<byte> nonce) =>
        HMACSHA256.HashData(secret, [.. label, .. hello, .. nonce]);
}
