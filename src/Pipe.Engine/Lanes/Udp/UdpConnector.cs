using System.Net;
using Pipe.Linux;
using Pipe.Protocol;
using Pipe.Protocol.Datagrams;

namespace Pipe.Engine;

/// <summary>Connects lanes over the datagram channel: sends its Hello to all addresses of the peer, and uses the one that answers.</summary>
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
            throw new IOException(LaneTerms.NoAddress(there));
        }

        var narrow = addresses.ConvertAll(UdpTransport.TooNarrow);
        if (narrow.TrueForAll(static reason => reason is not null))
        {
            throw new IOException(narrow[0]);
        }

        var socket = Bind(terms.Offer);
        var paths = new DatagramPaths();
        addresses.ForEach(address => paths.AddCandidate(new SocketName(address, there.Port).For(socket.Is6)));
        var datagrams = UdpTransport.TermsOf(terms, lane, new SocketName(addresses[0], there.Port));
        var link = DatagramLink.Connect(datagrams, DatagramClock.Now);
        UdpLanes.Make(socket, link, paths, terms, datagrams, reason =>
            terms.Failed([lane], $"{reason} from {string.Join(", ", addresses)} port {there.Port}{Cause(addresses[0], there.Port)}")).Start($"datagrams {lane}");
    }

    /// <summary>Describes where the datagrams are lost. If they arrived, the other side would have reported that by now.</summary>
    private string Cause(IPAddress address, int port)
    {
        const int patience = 100;
        return UdpSocket.Complaint(new SocketName(address, port), DatagramLimits.MinDatagram, patience) is { } complaint
            ? $": {complaint}, says the network"
            : terms.Unanswered is null ? "" : ": they do not seem to arrive there";
    }

    private static UdpSocket Bind(Offer offer)
    {
        try
        {
            return UdpSocket.Bind(IPAddress.IPv6Any, 0, 0, UdpTransport.SocketBuffer(offer));
        }
        catch (LinuxException)
        {
            // This host has no IPv6.
            return UdpSocket.Bind(IPAddress.Any, 0, 0, UdpTransport.SocketBuffer(offer));
        }
    }
}
