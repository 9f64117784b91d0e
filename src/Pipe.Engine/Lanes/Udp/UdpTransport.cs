using System.Net;
using Pipe.Linux;
using Pipe.Protocol;
using Pipe.Protocol.Datagrams;

namespace Pipe.Engine;

/// <summary>Lanes over the datagram channel: one lane carries as much as the link does, and sees to its own rate.</summary>
internal sealed class UdpTransport : ILaneTransport
{
    private const int Ip4AndUdp = 28;
    private const int Ip6AndUdp = 48;
    private const int Ethernet = 1472;
    private const int MostWindow = 256;
    private const int DefaultSocketBuffer = 8 << 20;

    private UdpTransport()
    {
    }

    public static UdpTransport Instance { get; } = new();

    public string Name => Transports.Udp;

    public ILaneAcceptor Listen(LaneTerms terms) => new UdpAcceptor(terms);

    public ILaneConnector Connect(LaneTerms terms) => new UdpConnector(terms);

    public ILaneMonitor MonitorOf(LaneSet lanes, LaneDemand demand) => new UdpMonitor(lanes, demand);

    /// <summary>Blocks that may be on their way: memory is taken only for those that are.</summary>
    public static int WindowOf(Offer offer) => Math.Clamp((int)(DefaultBuffer / offer.Terms.Block), 4, MostWindow);

    private const long DefaultBuffer = 256L << 20;

    public static int SocketBuffer(Offer offer) => offer.Buffer > 0 ? offer.Buffer : DefaultSocketBuffer;

    public static ICongestionControl ControlOf(Offer offer, DatagramTerms datagrams) =>
        new FairControl(datagrams.Datagram, datagrams.InitialRtt, offer.Rate, datagrams.Random);

    /// <summary>What both sides know of one connection.</summary>
    /// <param name="offer">What was agreed on.</param>
    /// <param name="lane">Its number.</param>
    /// <param name="there">Where the peer is, if that is known.</param>
    public static DatagramTerms TermsOf(Offer offer, int lane, SocketName there)
    {
        var largest = Math.Clamp(LargestTo(there), DatagramLimits.MinDatagram, DatagramLimits.MaxDatagram);
        return new DatagramTerms(offer.Session, offer.Secret, lane, offer.Protection)
        {
            MaxBlock = offer.Terms.Block + BlockHeader.Size,
            Datagram = Math.Min(largest, Ethernet),
            MaxDatagram = IPAddress.IsLoopback(there.Address) ? Math.Min(largest, Ethernet) : largest,
        };
    }

    /// <summary>The largest datagram that the device toward there carries.</summary>
    private static int LargestTo(SocketName there) =>
        there.IsNone ? 0 : UdpSocket.RouteMtu(there) - (there.Is6 && !there.Address.IsIPv4MappedToIPv6 ? Ip6AndUdp : Ip4AndUdp);
}
