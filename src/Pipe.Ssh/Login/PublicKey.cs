using System.Text;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Ssh;

/// <summary>Reads the public half of a key, from the file of the private key or from the .pub file.</summary>
internal static class PublicKey
{
    private const int MaxSize = 64 << 10;
    private const string Begin = "-----BEGIN OPENSSH PRIVATE KEY-----";
    private const string End = "-----END OPENSSH PRIVATE KEY-----";
    private static ReadOnlySpan<byte> Magic => "openssh-key-v1\0"u8;

    /// <summary>From a private key in OpenSSH's format, which contains it unencrypted; null for another format.</summary>
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
        return words is [var type, var text, ..] && Base64Text.TryDecode(text) is { } key && KnownHost.TypeOf(key) == type ? key : null;
    }

    private static byte[]? Container(string text)
    {
        var start = text.IndexOf(Begin, StringComparison.Ordinal);
        var end = text.IndexOf(End, StringComparison.Ordinal);
        return start < 0 || end < start ? null : Base64Text.TryDecode(text[(start + Begin.Length)..end]);
    }

    /// <summary>The format: magic, cipher, kdf, kdf options, number of keys, public key, encrypted part.</summary>
    private static (string Cipher, byte[]? Key) Parse(ReadOnlySpan<byte> rest)
    {
        if (!rest.StartsWith(Magic))
        {
            return ("", null);
        }

        rest = rest[Magic.Length..];
        if (!SshString.TryTake(ref rest, out var cipher) || !SshString.TryTake(ref rest, out _) || !SshString.TryTake(ref rest, out _) || rest.Length < sizeof(int))
        {
            return ("", null);
        }

        rest = rest[sizeof(int)..];
        return (Encoding.ASCII.GetString(cipher), SshString.TryTake(ref rest, out var key) && KnownHost.TypeOf(key) is not null ? key.ToArray() : null);
    }
}
