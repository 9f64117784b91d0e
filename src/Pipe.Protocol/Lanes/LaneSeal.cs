using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Pipe.Protocol;

/// <summary>
/// One direction of a protected data connection. Each record has its own number, counted from 0 and never sent, and the connection
/// its own keys: no nonce can come twice, and a record that was changed, dropped, repeated or moved does not open.
/// </summary>
/// <remarks>
/// A record takes the place of a block or an acknowledgement:
/// <code>
///     u32   length          bytes of the text
///     u8    text[length]    the block or acknowledgement; enciphered with -encrypt
///     u8    tag[16]         AES-256-GCM over length and text; nonce: u64 number of the record, u32 zero
/// </code>
/// </remarks>
/// <param name="key">Of this direction of this connection, and of nothing else.</param>
/// <param name="protection">Not Clear.</param>
/// <param name="first">The number of the first record.</param>
internal sealed class LaneSeal(ReadOnlySpan<byte> key, Protection protection, ulong first = 0) : IDisposable
{
    public const int PrefixSize = 4;
    public const int TagSize = 16;
    public const int KeySize = 32;
    private const int NonceSize = 12;

    private readonly AesGcm _cipher = new(key, TagSize);
    private readonly byte[] _nonce = new byte[NonceSize];
    private ulong _number = first;

    /// <summary>Bytes that a record adds to its text.</summary>
    public static int Overhead => PrefixSize + TagSize;

    /// <summary>Whether the text cannot be read on the way.</summary>
    public bool Enciphers { get; } = protection == Protection.Encrypt;

    /// <summary>Makes a record of a text that stands behind room for the prefix and in front of room for the tag.</summary>
    /// <param name="record">Prefix room, text, tag room.</param>
    /// <param name="sealedRecord">
    /// Where the record goes: the same memory, or, where the text is enciphered and shall stay as it is, other memory of the same size.
    /// </param>
    public void Seal(Span<byte> record, Span<byte> sealedRecord)
    {
        var text = record[PrefixSize..^TagSize];
        var prefix = sealedRecord[..PrefixSize];
        BinaryPrimitives.WriteUInt32LittleEndian(prefix, (uint)text.Length);
        if (Enciphers)
        {
            _cipher.Encrypt(NextNonce(), text, sealedRecord[PrefixSize..^TagSize], sealedRecord[^TagSize..], prefix);
            return;
        }

        _cipher.Encrypt(NextNonce(), default, default, sealedRecord[^TagSize..], sealedRecord[..^TagSize]);
    }

    /// <summary>Checks a whole record and deciphers its text in place; false if it is not the one whose turn it is.</summary>
    public bool TryOpen(Span<byte> record)
    {
        try
        {
            if (Enciphers)
            {
                var text = record[PrefixSize..^TagSize];
                _cipher.Decrypt(NextNonce(), text, record[^TagSize..], text, record[..PrefixSize]);
            }
            else
            {
                _cipher.Decrypt(NextNonce(), default, record[^TagSize..], default, record[..^TagSize]);
            }

            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    /// <summary>Keys of both directions, of this connection only.</summary>
    /// <param name="secret">The session's.</param>
    /// <param name="hello">LaneHello as it was sent.</param>
    /// <param name="nonce">The listening side's.</param>
    /// <param name="protection">Not Clear.</param>
    public static (LaneSeal FromConnector, LaneSeal FromListener) Derive(
        ReadOnlySpan<byte> secret, ReadOnlySpan<byte> hello, ReadOnlySpan<byte> nonce, Protection protection)
    {
        byte[] salt = [.. hello, .. nonce];
        return (Of("pipe lane key connect"u8, secret), Of("pipe lane key listen"u8, secret));

        LaneSeal Of(ReadOnlySpan<byte> label, ReadOnlySpan<byte> secret)
        {
            Span<byte> key = stackalloc byte[KeySize];
            HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, salt, label);
            return new LaneSeal(key, protection);
        }
    }

    public void Dispose() => _cipher.Dispose();

    /// <summary>Never the same: a connection that has used up its numbers ends, and the next one has another key.</summary>
    private byte[] NextNonce()
    {
        if (_number == ulong.MaxValue)
        {
            throw new IOException("a connection that has used up the numbers of its records");
        }

        BinaryPrimitives.WriteUInt64LittleEndian(_nonce, _number++);
        return _nonce;
    }
}
