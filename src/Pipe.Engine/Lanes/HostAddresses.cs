using System.Net;
using System.Net.Sockets;

namespace Pipe.Engine;

/// <summary>The addresses of hosts, as names are resolved here.</summary>
internal static class HostAddresses
{
    /// <summary>Nothing for a name that means nothing here.</summary>
    public static IPAddress[] Of(string host)
    {
        try
        {
            return host.Length == 0 ? [] : Dns.GetHostAddresses(host);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            // An alias of ssh's configuration, or 0.0.0.0, or no name at all.
            return [];
        }
    }

    /// <summary>Those of this host by which others may reach it; nothing if its name means nothing.</summary>
    public static IEnumerable<IPAddress> OfThisHost()
    {
        try
        {
            return Dns.GetHostAddresses(Dns.GetHostName()).Where(one => !IPAddress.IsLoopback(one));
        }
        catch (SocketException)
        {
            return [];
        }
    }
}
