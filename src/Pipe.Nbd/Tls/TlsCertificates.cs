using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Nbd;

/// <summary>
/// The certificates in a directory, under the names that qemu, nbdkit and libnbd use: ca-cert.pem, server-cert.pem, server-key.pem,
/// client-cert.pem, client-key.pem. Each end has to present a certificate that the authority in ca-cert.pem has signed.
/// </summary>
internal sealed class TlsCertificates
{
    private const string Authority = "ca-cert.pem";
    private readonly X509Certificate2Collection _authority;
    private readonly SslStreamCertificateContext _own;

    private TlsCertificates(X509Certificate2Collection authority, SslStreamCertificateContext own) => (_authority, _own) = (authority, own);

    /// <summary>Loads the certificates of a server.</summary>
    /// <exception cref="Failure">A file is missing or invalid, or OpenSSL is.</exception>
    public static TlsCertificates OfServer(string directory) => Load(directory, "server");

    /// <summary>Loads the certificates of a client.</summary>
    /// <exception cref="Failure">A file is missing or invalid, or OpenSSL is.</exception>
    public static TlsCertificates OfClient(string directory) => Load(directory, "client");

    /// <summary>Performs the handshake of a server, which refuses clients without a certificate of the authority.</summary>
    /// <exception cref="IOException">The handshake fails.</exception>
    public SslStream Accept(Stream stream) => Authenticate(stream, tls => tls.AuthenticateAsServer(new SslServerAuthenticationOptions
    {
        ServerCertificateContext = _own,
        ClientCertificateRequired = true,
        CertificateChainPolicy = Policy(),
    }));

    /// <summary>Performs the handshake of a client, which refuses servers without a certificate of the authority for their name.</summary>
    /// <exception cref="IOException">The handshake fails.</exception>
    public SslStream Connect(Stream stream, string host) => Authenticate(stream, tls => tls.AuthenticateAsClient(new SslClientAuthenticationOptions
    {
        TargetHost = host,
        ClientCertificateContext = _own,
        CertificateChainPolicy = Policy(),
    }));

    private static TlsCertificates Load(string directory, string end)
    {
        Cryptography.Require();
        try
        {
            var authority = new X509Certificate2Collection();
            authority.ImportFromPemFile(Path.Combine(directory, Authority));
            var own = X509Certificate2.CreateFromPemFile(Path.Combine(directory, $"{end}-cert.pem"), Path.Combine(directory, $"{end}-key.pem"));
            return new TlsCertificates(authority, SslStreamCertificateContext.Create(own, authority, offline: true));
        }
        catch (Exception e) when (e is IOException or CryptographicException or UnauthorizedAccessException)
        {
            throw new Failure(ExitCode.Objects, $"{directory}: {e.Message}", $"the directory needs {Authority}, {end}-cert.pem and {end}-key.pem");
        }
    }

    private static SslStream Authenticate(Stream stream, Action<SslStream> handshake)
    {
        var tls = new SslStream(stream);
        try
        {
            handshake(tls);
            return tls;
        }
        catch (AuthenticationException e)
        {
            tls.Dispose();
            throw new IOException($"TLS: {e.InnerException?.Message ?? e.Message}", e);
        }
        catch
        {
            tls.Dispose();
            throw;
        }
    }

    private X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(_authority);
        return policy;
    }
}
