using System.Globalization;
using System.Net;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Lazyclone;

/// <summary>The address of a TCP export: loopback only, because clients are not authenticated.</summary>
internal static class ListenAddress
{
    /// <exception cref="Failure">The address is invalid, or other hosts could reach it.</exception>
    public static (IPAddress Address, int Port) Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? "" : text[..colon].Trim('[', ']');
        if (colon < 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > 65535
            || !IPAddress.TryParse(host == "localhost" ? "127.0.0.1" : host, out var address))
        {
            throw new Failure(ExitCode.Usage, $"--listen: {text}: not ADDRESS:PORT");
        }

        return IPAddress.IsLoopback(address) ? (address, port)
            : throw new Failure(ExitCode.Usage, $"--listen: {text}: others could read and write the clone there", "listen on 127.0.0.1 and let clients come through ssh -L");
    }
}
