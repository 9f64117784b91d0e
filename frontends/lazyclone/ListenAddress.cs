using System.Globalization;
using System.Net;
using Pipe.Engine;
using Pipe.Nbd;
using Pipe.Protocol;

namespace Pipe.Lazyclone;

/// <summary>The address of a TCP export: loopback only without TLS, because clients are not authenticated.</summary>
internal static class ListenAddress
{
    /// <param name="text">ADDRESS:PORT.</param>
    /// <param name="isSecure">Whether clients are authenticated.</param>
    /// <exception cref="Failure">The address is invalid, or other hosts could reach it.</exception>
    public static (IPAddress Address, int Port) Parse(string text, bool isSecure)
    {
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? "" : text[..colon].Trim('[', ']');
        if (colon < 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > 65535
            || !IPAddress.TryParse(host == "localhost" ? "127.0.0.1" : host, out var address))
        {
            throw new Failure(ExitCode.Usage, $"--listen: {text}: not ADDRESS:PORT");
        }

        return isSecure || IPAddress.IsLoopback(address) ? (address, port) : throw ExportSecurity.Exposed($"--listen: {text}");
    }
}
