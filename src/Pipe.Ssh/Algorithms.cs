using Renci.SshNet;

namespace Pipe.Ssh;

/// <summary>
/// The algorithms that the client offers, best first: without SHA-1, CBC, groups that the server chooses, and certificates. It accepts no RSA host key
/// below <see cref="MinRsaBits"/>.
/// </summary>
internal static class Algorithms
{
    public const int MinRsaBits = 2048;

    private static readonly string[] KeyExchanges =
    [
        "mlkem768x25519-sha256", "sntrup761x25519-sha512", "sntrup761x25519-sha512@openssh.com", "curve25519-sha256", "curve25519-sha256@libssh.org",
        "ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "ecdh-sha2-nistp521", "diffie-hellman-group16-sha512", "diffie-hellman-group18-sha512",
        "diffie-hellman-group14-sha256",
    ];

    private static readonly string[] Ciphers =
        ["aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes192-ctr", "aes256-ctr", "chacha20-poly1305@openssh.com"];

    private static readonly string[] Macs = ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512"];

    private static readonly string[] HostKeys = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-512", "rsa-sha2-256"];

    /// <param name="info">Offers all algorithms of the library.</param>
    /// <param name="knownTypes">The types of the host's known keys, which come first.</param>
    /// <param name="limit">Bounds the received data.</param>
    public static void Restrict(ConnectionInfo info, IEnumerable<string> knownTypes, ReceiveLimit limit)
    {
        var known = knownTypes.ToHashSet();
        Keep(info.KeyExchangeAlgorithms, KeyExchanges);
        Keep(info.Encryptions, Ciphers);
        Keep(info.HmacAlgorithms, Macs);
        Keep(info.HostKeyAlgorithms, HostKeys.OrderBy(name => known.Contains(TypeOf(name)) ? 0 : 1));
        info.CompressionAlgorithms.Clear();
        info.CompressionAlgorithms.Add(ReceiveGate.NoCompression, () => new ReceiveGate(limit));
    }

    /// <summary>The type of key that an algorithm signs with.</summary>
    private static string TypeOf(string algorithm) => algorithm.StartsWith("rsa-", StringComparison.Ordinal) ? "ssh-rsa" : algorithm;

    private static void Keep<T>(IOrderedDictionary<string, T> all, IEnumerable<string> names)
    {
        var kept = names.Select(name => (Name: name, Value: all[name])).ToList();
        all.Clear();
        kept.ForEach(one => all.Add(one.Name, one.Value));
    }
}
