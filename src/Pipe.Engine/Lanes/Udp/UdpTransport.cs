using System.Net;
using System.Net.Sockets;
using Pipe.Linux;
using Pipe.Protocol;
using Pipe.Protocol.Datagrams;

namespace Pipe.Engine;

/// <summary>The datagram transport: one lane fills the path, and controls its own rate.</summary>
internal sealed class UdpTransport : ILaneTransport
{
    private const int Ip4AndUdp = 28;
    private const int Ip6AndUdp = 48;
    private const int Ethernet = 1472;
    private const int MostWindow = 1024;
    private const int DefaultBuffer = 256 << 20;
    private const int DefaultSocketBuffer = 8 << 20;

    private UdpTransport()
    {
    }

    public static UdpTransport Instance { get; } = new();

    public string Name => Transports.Udp;

    public int MostLanes => 1;

    public ILaneAcceptor Listen(LaneTerms terms) => new UdpAcceptor(terms);

    public ILaneConnector Connect(LaneTerms terms) => new UdpConnector(terms);

    public ILaneMonitor MonitorOf(LaneSet lanes, LaneDemand demand) => new UdpMonitor(lanes, demand);

    /// <summary>The window in blocks; memory is allocated only for blocks in flight.</summary>
    public static int WindowOf(LaneTerms terms) => Math.Clamp(
        (int)((terms.Datagrams.Buffer > 0 ? terms.Datagrams.Buffer : DefaultBuffer) / terms.Offer.Terms.Block), DatagramLimits.FirstBlocks, MostWindow);

    public static int SocketBuffer(Offer offer) => offer.Buffer > 0 ? offer.Buffer : DefaultSocketBuffer;

    public static ICongestionControl ControlOf(LaneTerms terms, DatagramTerms datagrams) => terms.Datagrams.Pace switch
    {
        DatagramPace.Fixed => new FixedControl(
            terms.Offer.Rate > 0 ? Math.Min(terms.Offer.Rate, terms.Datagrams.Rate) : terms.Datagrams.Rate, datagrams.Datagram),
        DatagramPace.Low => new LowControl(datagrams.Datagram, datagrams.InitialRtt, terms.Offer.Rate),
        _ => new FairControl(datagrams.Datagram, datagrams.InitialRtt, terms.Offer.Rate, datagrams.Random),
    };

    /// <summary>The terms of one connection.</summary>
    /// <param name="terms">The terms of the session.</param>
    /// <param name="lane">The lane number.</param>
    /// <param name="there">The peer's address, if known.</param>
    public static DatagramTerms TermsOf(LaneTerms terms, int lane, SocketName there)
    {
        var offer = terms.Offer;
        var (size, max) = SizesTo(there, terms.Datagrams.Mtu);
        return new DatagramTerms(offer.Session, offer.Secret, lane, offer.Protection)
        {
            MaxBlock = offer.Terms.Block + BlockHeader.Size,
            Datagram = size,
            MaxDatagram = max,
        };
    }

    /// <summary>Why no datagram can be sent to an address; null if one can, or the route is unknown.</summary>
    public static string? TooNarrow(IPAddress address)
    {
        const int anyPort = 9;
        var (route, needed) = (UdpSocket.RouteMtu(new SocketName(address, anyPort)), DatagramLimits.MinDatagram + HeadersTo(address));
        return route == 0 || route >= needed ? null : $"the route to {AddressText.Of(address)} carries packets of at most {route} bytes, and datagrams need {needed}";
    }

    /// <summary>The first size of datagrams to an address, and the limit of the search.</summary>
    /// <param name="there">The peer's address; none if it is not known yet.</param>
    /// <param name="mtu">The user's MTU; 0 for that of the route's device.</param>
    public static (int Size, int Max) SizesTo(SocketName there, int mtu)
    {
        var address = there.IsNone ? null : there.Address;
        var route = mtu > 0 ? mtu : address is null ? 0 : UdpSocket.RouteMtu(new SocketName(address, there.Port));
        var largest = Math.Clamp(route - HeadersTo(address), DatagramLimits.MinDatagram, DatagramLimits.MaxDatagram);
        var usual = Math.Min(largest, Ethernet);
        return mtu > 0 ? (largest, largest) : (usual, address is not null && IPAddress.IsLoopback(address) ? usual : largest);
    }

    private static int HeadersTo(IPAddress? address) => address?.AddressFamily == AddressFamily.InterNetworkV6 ? Ip6AndUdp : Ip4AndUdp;
}
