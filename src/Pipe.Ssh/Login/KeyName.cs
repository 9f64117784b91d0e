namespace Pipe.Ssh;

/// <summary>The names of signature algorithms.</summary>
internal static class KeyName
{
    /// <summary>For RSA keys. Every server supports it; a server without the SHA-512 one would count that as a failed attempt.</summary>
    public const string RsaSignature = "rsa-sha2-256";

    private const string Rsa = "ssh-rsa";
    private const string RsaCertificate = "ssh-rsa-cert-v01@openssh.com";
    private const string RsaCertificateSignature = "rsa-sha2-256-cert-v01@openssh.com";

    /// <summary>The signature algorithm of a key: its type, or RSA with SHA-256.</summary>
    public static string ForSignatures(byte[] publicKey) => KnownHost.TypeOf(publicKey) switch
    {
        Rsa => RsaSignature,
        RsaCertificate => RsaCertificateSignature,
        var type => type ?? "",
    };

    public static bool IsRsa(byte[] publicKey) => KnownHost.TypeOf(publicKey) is Rsa or RsaCertificate;

    /// <summary>Whether the client uses keys of this type.</summary>
    public static bool IsStrong(byte[] publicKey) => KnownHost.TypeOf(publicKey) is { } type && !type.StartsWith("ssh-dss", StringComparison.Ordinal);
}
