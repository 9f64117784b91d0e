using System.Net;
using System.Net.Sockets;
using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>The addresses of hosts, as this host resolves names.</summary>
internal static class HostAddresses
{
    /// <summary>Empty if the name does not resolve.</summary>
    public static IPAddress[] Of(string host)
    {
        try
        {
            return host.Length == 0 ? [] : Dns.GetHostAddresses(host);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            // An ssh alias, an address such as 0.0.0.0, or no name at all.
            return [];
        }
    }

    /// <summary>The address of this host on the route to a peer; null if the peer is known only by name.</summary>
    public static IPAddress? Toward(string there) => AddressText.Parse(there) is { } address ? TcpSocket.LocalAddressToward(address) : null;

    /// <summary>The addresses under which others may reach this host; empty if its name does not resolve.</summary>
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
