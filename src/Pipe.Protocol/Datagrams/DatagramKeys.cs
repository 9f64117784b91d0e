using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Pipe.Protocol.Datagrams;

/// <summary>The keys of one direction of one connection, derived from the secret of the session and the nonces of both sides.</summary>
/// <remarks>
/// HKDF-SHA256 of the secret; the salt is the first 56 bytes of the Hello and the nonce of the Welcome; the info is
/// "pipe datagram key connect" or "pipe datagram key listen":
/// <code>
///     u8    cipher[32]    for AES-256-GCM
///     u8    check[16]     for SipHash-2-4
///     u32   tag           in each header of this direction
/// </code>
/// </remarks>
internal sealed class DatagramKeys
{
    public const int Size = 52;

    private readonly byte[] _bytes = new byte[Size];

    private DatagramKeys(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> info) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, _bytes, salt, info);

    public ReadOnlySpan<byte> Cipher => _bytes.AsSpan(0, 32);

    public ReadOnlySpan<byte> Check => _bytes.AsSpan(32, SipHash.KeySize);

    public uint Tag => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(48));

    public static (DatagramKeys FromConnector, DatagramKeys FromListener) Derive(
        ReadOnlySpan<byte> secret, ReadOnlySpan<byte> greeting, ReadOnlySpan<byte> listenerNonce)
    {
        byte[] salt = [.. greeting[..DatagramHello.GreetingSize], .. listenerNonce];
        return (new DatagramKeys(secret, salt, "pipe datagram key connect"u8), new DatagramKeys(secret, salt, "pipe datagram key listen"u8));
    }
}
