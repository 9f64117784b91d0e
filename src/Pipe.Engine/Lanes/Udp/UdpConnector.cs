using System.Net;
using Pipe.Linux;
using Pipe.Protocol;
using Pipe.Protocol.Datagrams;

namespace Pipe.Engine;

/// <summary>Makes lanes over the datagram channel: sends its Hello to all addresses of the peer, and uses the one that answers.</summary>
internal sealed class UdpConnector(LaneTerms terms) : ILaneConnector
{
    public void Dial(Listening there, IReadOnlyList<int> lanes) => DataThread.Start("dial", () =>
    {
        foreach (var lane in lanes)
        {
            try
            {
                DialOne(there, lane);
            }
            catch (IOException e)
            {
                terms.Failed([lane], e.Message);
            }
        }
    });

    private void DialOne(Listening there, int lane)
    {
        var addresses = terms.AddressesOf(there).ToList();
        if (addresses.Count == 0)
        {
            throw new IOException("no address is known");
        }

        var socket = Bind(terms.Offer);
        var paths = new DatagramPaths();
        addresses.ForEach(address => paths.AddCandidate(new SocketName(address, there.Port).For(socket.Is6)));
        var datagrams = UdpTransport.TermsOf(terms, lane, new SocketName(addresses[0], there.Port));
        var link = DatagramLink.Connect(datagrams, DatagramClock.Now);
        UdpLanes.Make(socket, link, paths, terms, datagrams, reason =>
            terms.Failed([lane], $"{reason} from {string.Join(", ", addresses)} port {there.Port}")).Start($"datagrams {lane}");
    }

    private static UdpSocket Bind(Offer offer)
    {
        try
        {
            return UdpSocket.Bind(IPAddress.IPv6Any, 0, 0, UdpTransport.SocketBuffer(offer));
        }
        catch (LinuxException)
        {
            // There is no IPv6 here.
            return UdpSocket.Bind(IPAddress.Any, 0, 0, UdpTransport.SocketBuffer(offer));
        }
    }
}
