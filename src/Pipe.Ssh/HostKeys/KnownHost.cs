using System.Security.Cryptography;
using System.Text;

namespace Pipe.Ssh;

/// <summary>A line of a known_hosts file.</summary>
/// <param name="Marker">The meaning of the key.</param>
/// <param name="Names">Patterns, separated by commas, or one hashed name.</param>
/// <param name="Key">The key as the server sends it.</param>
/// <param name="Place">FILE:LINE, for messages.</param>
internal sealed record KnownHost(KnownHostMarker Marker, string Names, byte[] Key, string Place)
{
    private const string HashPrefix = "|1|";
    private const int HashSize = 20;

    /// <summary>The type of its key, such as ssh-ed25519.</summary>
    public string Type { get; } = TypeOf(Key) ?? "";

    /// <summary>Null for a comment, an empty or malformed line, and an unknown marker: ssh ignores such lines, too.</summary>
    public static KnownHost? Parse(string line, string place)
    {
        var words = line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || words[0][0] == '#')
        {
            return null;
        }

        KnownHostMarker? marker = words[0] switch
        {
            "@revoked" => KnownHostMarker.Revoked,
            "@cert-authority" => KnownHostMarker.Authority,
            ['@', ..] => null,
            _ => KnownHostMarker.None,
        };
        var fields = marker == KnownHostMarker.None ? words : words[1..];
        return marker is { } known && fields is [var names, var type, var text, ..] && Base64Text.TryDecode(text) is { } key && TypeOf(key) == type
            ? new KnownHost(known, names, key, place)
            : null;
    }

    /// <summary>The type that a key begins with; null if it is not a key.</summary>
    public static string? TypeOf(ReadOnlySpan<byte> key) => SshString.TryTake(ref key, out var type) && !type.IsEmpty ? Encoding.ASCII.GetString(type) : null;

    /// <summary>A line that makes a key known.</summary>
    public static string LineFor(string name, byte[] key, bool isHashed) => $"{(isHashed ? Hashed(name) : name)} {TypeOf(key)} {Convert.ToBase64String(key)}\n";

    /// <summary>The fingerprint as ssh shows it.</summary>
    public static string Fingerprint(byte[] key) => $"SHA256:{Convert.ToBase64String(SHA256.HashData(key)).TrimEnd('=')}";

    /// <param name="name">The host, in lower case; with a port other than 22 as <c>[HOST]:PORT</c>.</param>
    public bool IsFor(string name) => Names.StartsWith('|') ? IsHashOf(name) : HostPattern.MatchesAny(Names.Split(','), name);

    public bool Has(byte[] key) => Key.AsSpan().SequenceEqual(key);

    private bool IsHashOf(string name) =>
        Names.Split('|') is ["", "1", var salt, var hash] && Base64Text.TryDecode(salt) is { } saltBytes && Base64Text.TryDecode(hash) is { Length: HashSize } hashBytes
        && CryptographicOperations.FixedTimeEquals(Hash(saltBytes, name), hashBytes);

    private static string Hashed(string name)
    {
        var salt = RandomNumberGenerator.GetBytes(HashSize);
        return $"{HashPrefix}{Convert.ToBase64String(salt)}|{Convert.ToBase64String(Hash(salt, name))}";
    }

    // The file format requires SHA-1. The hash only hides names.
#pragma warning disable CA5350
    private static byte[] Hash(byte[] salt, string name) => HMACSHA1.HashData(salt, Encoding.UTF8.GetBytes(name));
#pragma warning restore CA5350
}
