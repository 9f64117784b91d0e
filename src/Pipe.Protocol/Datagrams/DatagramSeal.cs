using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Pipe.Protocol.Datagrams;

/// <summary>Protects the datagrams of one direction. Each carries its number, so that they open in any order.</summary>
/// <remarks>
/// Every datagram but Hello, Welcome and, with Clear, Data has this form. The nonce is the u64 number of the header and u32 zero.
/// With Authenticate the text of Data is readable and belongs to what is authenticated; all other texts are enciphered in every mode.
/// <code>
///     ...   header    DatagramHeader, for Data 32 bytes of DataHeader
///     u8    text[]    the text of the datagram
///     u8    tag[16]   AES-256-GCM over header and text
/// </code>
/// </remarks>
internal sealed class DatagramSeal(DatagramKeys keys, Protection protection) : IDisposable
{
    public const int TagSize = 16;

    private readonly AesGcm _cipher = new(keys.Cipher, TagSize);
    private readonly SipHash _check = new(keys.Check);
    private readonly byte[] _nonce = new byte[12];

    public Protection Protection { get; } = protection;

    public uint Tag { get; } = keys.Tag;

    /// <summary>Bytes before the payload of a Data datagram.</summary>
    public int DataPrefix => DataHeader.Size + (Protection == Protection.Clear ? DataHeader.CheckSize : 0);

    /// <summary>Bytes of a Data datagram besides its payload.</summary>
    public int DataOverhead => DataPrefix + (Protection == Protection.Clear ? 0 : TagSize);

    /// <summary>Seals a datagram in place: header, payload, space for the tag.</summary>
    public void Seal(Span<byte> datagram)
    {
        var text = datagram[DatagramHeader.Size..^TagSize];
        _cipher.Encrypt(NonceOf(datagram), text, text, datagram[^TagSize..], datagram[..DatagramHeader.Size]);
    }

    /// <summary>Opens a datagram in place; false if it is not exactly as it was sealed.</summary>
    public bool TryOpen(Span<byte> datagram)
    {
        if (datagram.Length < DatagramHeader.Size + TagSize)
        {
            return false;
        }

        var text = datagram[DatagramHeader.Size..^TagSize];
        return TryDecrypt(NonceOf(datagram), text, datagram[^TagSize..], datagram[..DatagramHeader.Size]);
    }

    /// <summary>Completes the prefix of an unencrypted Data datagram, whose payload is sent from where it is stored.</summary>
    /// <param name="prefix">The header, and space for the check.</param>
    /// <param name="payload">Bytes of the payload.</param>
    public void Check(Span<byte> prefix, int payload) => BinaryPrimitives.WriteUInt64LittleEndian(prefix[DataHeader.Size..], CheckOf(prefix, payload));

    /// <summary>Appends a payload to its header, sealed. The payload itself is not modified.</summary>
    /// <param name="datagram">The header, space for the payload and the tag.</param>
    public void SealData(Span<byte> datagram, ReadOnlySpan<byte> payload)
    {
        var text = datagram[DataHeader.Size..^TagSize];
        var nonce = NonceOf(datagram);
        if (Protection == Protection.Encrypt)
        {
            _cipher.Encrypt(nonce, payload, text, datagram[^TagSize..], datagram[..DataHeader.Size]);
            return;
        }

        payload.CopyTo(text);
        _cipher.Encrypt(nonce, default, default, datagram[^TagSize..], datagram[..^TagSize]);
    }

    /// <summary>Verifies a Data datagram and decrypts its payload in place.</summary>
    public bool TryOpenData(Span<byte> datagram)
    {
        if (datagram.Length <= DataOverhead)
        {
            return false;
        }

        return Protection switch
        {
            Protection.Clear => BinaryPrimitives.ReadUInt64LittleEndian(datagram[DataHeader.Size..]) == CheckOf(datagram, datagram.Length - DataPrefix),
            Protection.Encrypt => TryDecrypt(NonceOf(datagram), datagram[DataHeader.Size..^TagSize], datagram[^TagSize..], datagram[..DataHeader.Size]),
            _ => TryDecrypt(NonceOf(datagram), default, datagram[^TagSize..], datagram[..^TagSize]),
        };
    }

    public void Dispose() => _cipher.Dispose();

    /// <summary>Covers the length: the sender would count the missing bytes of a truncated datagram as arrived, and the block would never be complete.</summary>
    private ulong CheckOf(ReadOnlySpan<byte> prefix, int payload) => _check.Of(prefix[..DataHeader.Size], (ulong)payload);

    private byte[] NonceOf(ReadOnlySpan<byte> datagram)
    {
        datagram[8..DatagramHeader.Size].CopyTo(_nonce);
        return _nonce;
    }

    private bool TryDecrypt(ReadOnlySpan<byte> nonce, Span<byte> text, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> header)
    {
        try
        {
            _cipher.Decrypt(nonce, text, tag, text, header);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }
}
