using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Pipe.Protocol;

/// <summary>
/// Authenticated encryption for one direction of a data connection. The record number is implicit, and each connection has its own keys:
/// no nonce repeats, and a record that was changed, dropped, replayed or moved does not open.
/// </summary>
/// <remarks>
/// A record takes the place of a block or an acknowledgement:
/// <code>
///     u32   length          bytes of the text
///     u8    text[length]    the block or acknowledgement; encrypted with -encrypt
///     u8    tag[16]         AES-256-GCM over length and text; nonce: u64 number of the record, u32 zero
/// </code>
/// </remarks>
/// <param name="key">Used for this direction of this connection only.</param>
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

    /// <summary>Whether the text is encrypted, not only authenticated.</summary>
    public bool Enciphers { get; } = protection == Protection.Encrypt;

    /// <summary>Seals a text that lies between room for the prefix and room for the tag.</summary>
    /// <param name="record">Prefix room, text, tag room.</param>
    /// <param name="sealedRecord">
    /// Receives the record: the same memory, or other memory of the same size if the text is encrypted and must be preserved.
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

    /// <summary>Verifies a whole record and decrypts its text in place; false if it is not the next record of the connection.</summary>
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

    /// <summary>Derives the keys of both directions of one connection.</summary>
    /// <param name="secret">The session's secret.</param>
    /// <param name="hello">The bytes of the LaneHello.</param>
    /// <param name="nonce">The listening side's nonce.</param>
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

    /// <summary>Never repeats: a connection that has used up its record numbers ends, and the next one has another key.</summary>
    private byte[] NextNonce()
    {
        if (_number == ulong.MaxValue)
        {
            throw new IOException("data connection: out of record numbers");
        }

        BinaryPrimitives.WriteUInt64LittleEndian(_nonce, _number++);
        return _nonce;
    }
}
