using System.Buffers.Binary;
using System.Text;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Ssh;

/// <summary>The public half of a key, as it stands in a private key's file or in the file beside it.</summary>
internal static class PublicKey
{
    private const int MaxSize = 64 << 10;
    private const string Begin = "-----BEGIN OPENSSH PRIVATE KEY-----";
    private const string End = "-----END OPENSSH PRIVATE KEY-----";
    private static ReadOnlySpan<byte> Magic => "openssh-key-v1\0"u8;

    /// <summary>From a private key in OpenSSH's format, which has it in the clear; null for another format.</summary>
    public static byte[]? In(byte[] file) => Container(Encoding.Latin1.GetString(file)) is { } container ? Parse(container).Key : null;

    /// <summary>Whether a private key in OpenSSH's format has a passphrase.</summary>
    public static bool IsEncrypted(string text) => Container(text) is { } container && Parse(container) is { Cipher: not ("" or "none") };

    /// <summary>From the file with the suffix .pub; null if there is none.</summary>
    public static byte[]? BesideOf(string path) => Of($"{path}.pub");

    /// <summary>From a file with one public key; null if there is none.</summary>
    public static byte[]? Of(string path)
    {
        using var file = Fd.TryOpen(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        var size = file is null ? 0 : FileStatus.Of(file).Size;
        if (file is null || size > MaxSize)
        {
            return null;
        }

        var bytes = new byte[size];
        var words = RawText.Decode(bytes.AsSpan(0, file.ReadAt(bytes, 0))).Split((char[])[' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
        return words is [var type, var text, ..] && TryDecode(text) is { } key && KnownHost.TypeOf(key) == type ? key : null;
    }

    private static byte[]? Container(string text)
    {
        var start = text.IndexOf(Begin, StringComparison.Ordinal);
        var end = text.IndexOf(End, StringComparison.Ordinal);
        return start < 0 || end < start ? null : TryDecode(text[(start + Begin.Length)..end]);
    }

    /// <summary>The format: magic, cipher, kdf, its options, number of keys, public key, and what is encrypted.</summary>
    private static (string Cipher, byte[]? Key) Parse(ReadOnlySpan<byte> rest)
    {
        if (!rest.StartsWith(Magic))
        {
            return ("", null);
        }

        rest = rest[Magic.Length..];
        var cipher = Encoding.ASCII.GetString(Take(ref rest));
        _ = Take(ref rest);
        _ = Take(ref rest);
        rest = rest.Length < sizeof(int) ? [] : rest[sizeof(int)..];
        var key = Take(ref rest).ToArray();
        return (cipher, KnownHost.TypeOf(key) is null ? null : key);
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest)
    {
        var length = rest.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32BigEndian(rest);
        if (length < 0 || length > rest.Length - sizeof(int))
        {
            rest = [];
            return [];
        }

        var taken = rest.Slice(sizeof(int), length);
        rest = rest[(sizeof(int) + length)..];
        return taken;
    }

    private static byte[]? TryDecode(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count) ? bytes[..count] : null;
    }
}
