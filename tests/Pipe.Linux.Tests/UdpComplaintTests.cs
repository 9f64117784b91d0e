using System.Net;

namespace Pipe.Linux.Tests;

/// <summary>The ICMP errors for datagrams that cannot be delivered.</summary>
public sealed class UdpComplaintTests
{
    [Fact]
    public void The_network_says_that_a_port_is_closed_and_nothing_of_an_open_one()
    {
        int port;
        using (var open = UdpSocket.Bind(IPAddress.Loopback, 0, 0, 0))
        {
            port = open.LocalName().Port;
            Assert.Null(UdpSocket.Complaint(new SocketName(IPAddress.Loopback, port), 1200, 50));
        }

        Assert.Equal("connection refused", UdpSocket.Complaint(new SocketName(IPAddress.Loopback, port), 1200, 30_000));
    }
}
