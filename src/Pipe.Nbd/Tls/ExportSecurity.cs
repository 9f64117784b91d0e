using System.Net;
using System.Net.Sockets;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Nbd;

/// <summary>How the clients of one listening socket are protected.</summary>
/// <param name="Certificates">The certificates of the server; null if it has no TLS.</param>
/// <param name="IsRequired">Whether a client may only begin TLS or leave.</param>
internal sealed record ExportSecurity(TlsCertificates? Certificates, bool IsRequired)
{
    /// <summary>Without TLS.</summary>
    public static ExportSecurity None { get; } = new(null, false);

    /// <summary>How long a client that has not proven its identity may take for the handshake.</summary>
    public int HandshakeMilliseconds { get; init; } = 30_000;

    /// <summary>
    /// Returns the security for a socket: other users can connect to TCP sockets, so TLS is required there if the server has certificates, and
    /// only loopback addresses do without.
    /// </summary>
    /// <exception cref="Failure">Other hosts could access the clone.</exception>
    public static ExportSecurity For(Socket socket, TlsCertificates? certificates)
    {
        if (socket.LocalEndPoint is not IPEndPoint { Address: var address })
        {
            return new ExportSecurity(certificates, IsRequired: false);
        }

        return certificates is not null || IPAddress.IsLoopback(address)
            ? new ExportSecurity(certificates, IsRequired: certificates is not null)
            : throw Exposed(address.ToString());
    }

    /// <summary>The refusal of an address that other hosts can reach.</summary>
    public static Failure Exposed(string address) => new(
        ExitCode.Usage,
        $"{address}: other hosts could read and write the clone",
        "add --tls-certificates DIR, or listen on 127.0.0.1 and let clients come through ssh -L");
}
