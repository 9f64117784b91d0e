using System.Net;

namespace Pipe.Linux.Tests;

/// <summary>Devices and routes that do not carry every datagram.</summary>
public sealed class UdpRouteTests : UdpSocketTest
{
    [FactNeeding(Need.Root)]
    public void A_datagram_that_the_device_cannot_carry_does_not_end_segmentation() => Namespace.Run(() =>
    {
        Namespace.Shell("ip link set lo mtu 1500 up");
        var (from, to) = Pair();
        using (from)
        using (to)
        {
            for (var i = 0; i < 3; i++)
            {
                Batch.Begin(1473);
            }

            Assert.Equal(SendFailure.TooLong, Send(from, to).Failure);
            Assert.True(from.IsSegmenting);
            Batch.Clear();
            Fill(100, 1472);
            Assert.Equal(100, Send(from, to).Sent);
            Assert.True(from.IsSegmenting);
            AssertFilled(Receive(to, 100), 1472);
        }
    });

    [FactNeeding(Need.Root)]
    public void The_mtu_toward_a_place_is_that_of_its_route() => Namespace.Run(() =>
    {
        Namespace.Shell("ip link set lo mtu 1400 up");
        Assert.Equal(1400, UdpSocket.RouteMtu(new SocketName(IPAddress.Loopback, 9)));
        Assert.Equal(1400, UdpSocket.RouteMtu(new SocketName(IPAddress.IPv6Loopback, 9)));
        Assert.Equal(0, UdpSocket.RouteMtu(new SocketName(IPAddress.Parse("192.0.2.1"), 9)));
    });

    [FactNeeding(Need.Root)]
    public void Without_a_way_nothing_is_sent_and_nothing_is_thrown() => Namespace.Run(() =>
    {
        Namespace.Shell("ip link set lo up");
        using var from = UdpSocket.Bind(IPAddress.Any, 0, 0, 0);
        Fill(3, 100);
        var result = from.Send(Batch, new SocketName(IPAddress.Parse("192.0.2.1"), 9), NoSource);
        Assert.Equal((0, SendFailure.Unreachable), (result.Sent, result.Failure));
        Assert.Equal(3, Batch.Count);
    });
}
