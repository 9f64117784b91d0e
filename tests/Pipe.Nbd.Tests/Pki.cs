using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pipe.Nbd.Tests;

/// <summary>A certificate authority with a directory for each of its servers and clients, in the names that qemu uses.</summary>
internal sealed class Pki : IDisposable
{
    private static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddDays(-1);
    private static readonly DateTimeOffset Until = DateTimeOffset.UtcNow.AddDays(1);
    private readonly string _place = Directory.CreateTempSubdirectory("pki-").FullName;
    private readonly X509Certificate2 _authority;

    public Pki()
    {
        var request = new CertificateRequest("CN=authority", ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = request.CreateSelfSigned(From, Until);
    }

    /// <summary>Returns a directory with the certificates of both ends.</summary>
    /// <param name="host">The name in the certificate of the server.</param>
    /// <param name="trusted">The authority in the directory; this one if null.</param>
    public string Issue(string host = "localhost", Pki? trusted = null)
    {
        var directory = Directory.CreateDirectory(Path.Combine(_place, Guid.NewGuid().ToString())).FullName;
        File.WriteAllText(Path.Combine(directory, "ca-cert.pem"), (trusted ?? this)._authority.ExportCertificatePem());
        Issue(directory, "server", host);
        Issue(directory, "client", "some client");
        return directory;
    }

    public void Dispose() => Directory.Delete(_place, recursive: true);

    private void Issue(string directory, string end, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name.Replace(' ', '-'));
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(_authority, From, Until, RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(Path.Combine(directory, $"{end}-cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(directory, $"{end}-key.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}
