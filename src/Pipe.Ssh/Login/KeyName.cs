namespace Pipe.Ssh;

/// <summary>The names of signature algorithms.</summary>
internal static class KeyName
{
    /// <summary>For RSA keys. Every server has it; the other one, with SHA-512, would count as an attempt of its own where it is not known.</summary>
    public const string RsaSignature = "rsa-sha2-256";

    private const string Rsa = "ssh-rsa";
    private const string RsaCertificate = "ssh-rsa-cert-v01@openssh.com";
    private const string RsaCertificateSignature = "rsa-sha2-256-cert-v01@openssh.com";

    /// <summary>The algorithm with which a key signs: that of its type, except that RSA with SHA-1 is not used.</summary>
    public static string ForSignatures(byte[] publicKey) => KnownHost.TypeOf(publicKey) switch
    {
        Rsa => RsaSignature,
        RsaCertificate => RsaCertificateSignature,
        var type => type ?? "",
    };

    public static bool IsRsa(byte[] publicKey) => KnownHost.TypeOf(publicKey) is Rsa or RsaCertificate;

    /// <summary>Whether keys of a type are used at all.</summary>
    public static bool IsStrong(byte[] publicKey) => KnownHost.TypeOf(publicKey) is { } type && !type.StartsWith("ssh-dss", StringComparison.Ordinal);
}
