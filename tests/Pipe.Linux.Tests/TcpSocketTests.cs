using System.Net;
using System.Net.Sockets;

namespace Pipe.Linux.Tests;

public sealed class TcpSocketTests
{
    [Fact]
    public async Task What_is_sent_on_one_side_is_received_on_the_other() => await Converse(IPAddress.Loopback);

    [FactNeeding(Need.Ipv6)]
    public async Task What_is_sent_over_ipv6_is_received_too() => await Converse(IPAddress.IPv6Loopback);

    [FactNeeding(Need.Ipv6)]
    public void A_listener_on_any_ipv6_address_is_reached_over_ipv4()
    {
        using var listener = TcpSocket.Listen(IPAddress.IPv6Any, 0, 0, 0);
        using var caller = TcpSocket.Connect(IPAddress.Loopback, listener.LocalPort(), 5000, 0);
        using var taken = Accept(listener);
    }

    [Fact]
    public void Nobody_waits_and_nobody_is_taken()
    {
        using var listener = TcpSocket.Listen(IPAddress.Loopback, 0, 0, 0);
        Assert.Null(listener.TryAccept());
        Assert.InRange(listener.LocalPort(), 1, ushort.MaxValue);
    }

    [Fact]
    public async Task The_kernel_tells_how_a_connection_does()
    {
        const int bytes = 64_000_001;
        using var listener = TcpSocket.Listen(IPAddress.Loopback, 0, 0, 0);
        using var caller = TcpSocket.Connect(IPAddress.Loopback, listener.LocalPort(), 5000, 0);
        using var taken = Accept(listener);
        taken.SetBlocking();
        var receiving = Waiting.Start(() => taken.Receive(new byte[bytes]));
        caller.Send(new byte[bytes]);
        Assert.True(await receiving);
        await Waiting.Start(() => SpinWait.SpinUntil(() => caller.Measure().Acknowledged >= bytes, 30_000));

        var measure = caller.Measure();
        // The first byte of a connection counts as well.
        Assert.InRange(measure.Acknowledged, bytes, bytes + 1);
        Assert.InRange(measure.MinRoundTrip, 1, 1_000_000);
        Assert.InRange(measure.RoundTrip, measure.MinRoundTrip, 10_000_000);
        Assert.InRange(measure.Busy, 1, 60_000_000);
        Assert.InRange(measure.BufferLimited, 0, measure.Busy);
    }

    /// <summary>More than the socket buffers hold, so that calls take a part of either piece.</summary>
    [Theory]
    [InlineData(0, 20_000_000)]
    [InlineData(64, 20_000_000)]
    [InlineData(20_000_000, 64)]
    [InlineData(20_000_000, 0)]
    [InlineData(64, 0)]
    public async Task Two_pieces_are_sent_one_after_the_other(int first, int second)
    {
        using var listener = TcpSocket.Listen(IPAddress.Loopback, 0, 0, 0);
        using var caller = TcpSocket.Connect(IPAddress.Loopback, listener.LocalPort(), 5000, 0);
        using var taken = Accept(listener);
        taken.SetBlocking();
        var bytes = new byte[first + second];
        new Random(first).NextBytes(bytes);
        var received = new byte[bytes.Length];
        var receiving = Waiting.Start(() => taken.Receive(received));
        caller.Send(bytes.AsSpan(0, first), bytes.AsSpan(first));
        Assert.True(await receiving);
        Assert.True(received.AsSpan().SequenceEqual(bytes));
    }

    [Fact]
    public void A_closed_port_refuses()
    {
        int port;
        using (var listener = TcpSocket.Listen(IPAddress.Loopback, 0, 0, 0))
        {
            port = listener.LocalPort();
        }

        var e = Assert.Throws<LinuxException>(() => TcpSocket.Connect(IPAddress.Loopback, port, 5000, 0));
        Assert.Equal(Errno.ConnectionRefused, e.Errno);
        Assert.Equal($"127.0.0.1 port {port}: connection refused", e.Message);
    }

    [Fact]
    public void A_port_that_does_not_answer_is_given_up()
    {
        // A listener that accepts no connection: once its queue is full the system drops further ones.
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        deaf.Listen(0);
        var port = ((IPEndPoint)deaf.LocalEndPoint!).Port;
        var queued = new List<TcpSocket>();
        var e = Assert.Throws<LinuxException>(() =>
        {
            for (var i = 0; i < 10; i++)
            {
                queued.Add(TcpSocket.Connect(IPAddress.Loopback, port, 300, 0));
            }
        });
        queued.ForEach(socket => socket.Dispose());
        Assert.Equal(Errno.TimedOut, e.Errno);
    }

    [Fact]
    public void The_next_port_of_a_range_is_taken_and_a_range_without_one_is_an_error()
    {
        using var first = TcpSocket.Listen(IPAddress.Loopback, 0, 0, 0);
        var port = first.LocalPort();
        var e = Assert.Throws<LinuxException>(() => TcpSocket.Listen(IPAddress.Loopback, port, port, 0));
        Assert.Equal(Errno.AddressInUse, e.Errno);
        Assert.Equal($"data ports {port}-{port}: address already in use", e.Message);

        var high = Math.Min(port + 50, ushort.MaxValue);
        using var second = TcpSocket.Listen(IPAddress.Loopback, port, high, 0);
        Assert.InRange(second.LocalPort(), port + 1, high);
    }

    [Fact]
    public void An_address_that_is_not_ours_is_an_error_at_once()
    {
        var e = Assert.Throws<LinuxException>(() => TcpSocket.Listen(IPAddress.Parse("192.0.2.1"), 40000, 40100, 0));
        Assert.NotEqual(Errno.AddressInUse, e.Errno);
    }

    [Fact]
    public void The_end_of_a_connection_is_told_from_a_break_inside_a_message()
    {
        var (a, b) = Connected();
        using (a)
        using (b)
        {
            a.Send("12345678"u8);
            a.Shutdown();
            var buffer = new byte[5];
            Assert.True(b.Receive(buffer));
            Assert.Equal("12345"u8, buffer);
            Assert.True(Assert.Throws<LinuxException>(() => b.Receive(buffer)).IsBrokenPipe);
            Assert.False(b.Receive(buffer));
            Assert.True(b.Receive([]));
        }
    }

    [Fact]
    public async Task Shutting_down_ends_calls_of_other_threads()
    {
        var (a, b) = Connected();
        using (a)
        using (b)
        {
            var receives = Waiting.Start(() => a.Receive(new byte[1]));
            var sends = Waiting.Start(() =>
            {
                while (true)
                {
                    a.Send(new byte[1 << 20]); // the peer receives nothing
                }
            });
            await receives.StillWaits();
            await sends.StillWaits();
            a.Shutdown();
            Assert.False(await receives.Soon());
            Assert.True((await Assert.ThrowsAsync<LinuxException>(() => sends.Soon())).IsBrokenPipe);
        }
    }

    [Fact]
    public void Receiving_without_waiting_tells_nothing_yet_from_the_end()
    {
        var (a, b) = Connected();
        using (a)
        using (b)
        {
            var buffer = new byte[10];
            Assert.Equal(-1, b.TryReceive(buffer));
            a.Send("123"u8);
            Assert.True(Wake.Await(b.Fd, PollFd.In, 30_000));
            Assert.Equal(3, b.TryReceive(buffer));
            a.Shutdown();
            Assert.True(Wake.Await(b.Fd, PollFd.In, 30_000));
            Assert.Equal(0, b.TryReceive(buffer));
        }
    }

    [Fact]
    public void Sending_without_waiting_says_when_there_is_no_room()
    {
        var (a, b) = Connected();
        using (a)
        using (b)
        {
            Assert.True(a.TrySend("123"u8));
            var sent = 0;
            while (a.TrySend(new byte[1 << 20]))
            {
                Assert.True(++sent < 10_000);
            }
        }
    }

    [Fact]
    public void A_connection_that_was_taken_waits_only_once_it_is_told_to()
    {
        using var listener = TcpSocket.Listen(IPAddress.Loopback, 0, 0, 0);
        using var caller = TcpSocket.Connect(IPAddress.Loopback, listener.LocalPort(), 5000, 0);
        using var taken = Accept(listener);
        Assert.NotEqual(0, taken.Fd.Flags() & OpenFlags.NonBlocking);
        taken.SetBlocking();
        Assert.Equal(0, taken.Fd.Flags() & OpenFlags.NonBlocking);
        Assert.Equal(0, caller.Fd.Flags() & OpenFlags.NonBlocking);
    }

    [Fact]
    public void A_socket_buffer_that_was_asked_for_is_set_on_both_sides()
    {
        const int small = 32 * 1024;
        using var listener = TcpSocket.Listen(IPAddress.Loopback, 0, 0, small);
        using var caller = TcpSocket.Connect(IPAddress.Loopback, listener.LocalPort(), 5000, small);
        using var taken = Accept(listener);
        Assert.All([caller, taken], socket =>
        {
            Assert.Equal(small * 2, Option(socket, Sys.LevelSocket, Sys.OptionSendBuffer)); // the kernel doubles it
            Assert.Equal(small * 2, Option(socket, Sys.LevelSocket, Sys.OptionReceiveBuffer));
        });
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(60, 20, 4)]
    [InlineData(31536000, 30, 30)]
    public void A_connection_for_blocks_does_not_collect_and_notices_a_dead_peer(int silence, int idle, int interval)
    {
        var (a, b) = Connected();
        using (a)
        using (b)
        {
            a.PrepareForBlocks(silence);
            Assert.Equal(1, Option(a, Sys.LevelTcp, Sys.OptionTcpNoDelay));
            Assert.Equal(1, Option(a, Sys.LevelSocket, Sys.OptionKeepAlive));
            Assert.Equal(idle, Option(a, Sys.LevelTcp, Sys.OptionTcpKeepIdle));
            Assert.Equal(interval, Option(a, Sys.LevelTcp, Sys.OptionTcpKeepInterval));
            Assert.Equal((int)Math.Min(silence * 1000L, int.MaxValue), Option(a, Sys.LevelTcp, Sys.OptionTcpUserTimeout));
        }
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("0.0.0.0", "127.0.0.1")]
    [InlineData("0.0.0.0", "127.0.0.9")]
    public void A_connection_inside_one_machine_is_not_paced(string listening, string called)
    {
        using var listener = TcpSocket.Listen(IPAddress.Parse(listening), 0, 0, 0);
        using var caller = TcpSocket.Connect(IPAddress.Parse(called), listener.LocalPort(), 5000, 0);
        using var taken = Accept(listener);
        taken.PrepareForBlocks(30);
        Assert.Equal("reno", caller.CongestionControl());
        Assert.Equal("reno", taken.CongestionControl());
    }

    [Fact]
    public void The_congestion_control_that_is_asked_for_is_used_or_the_old_one_stays()
    {
        var (a, b) = Connected();
        using (a)
        using (b)
        {
            Assert.Equal("reno", b.UseCongestionControl("reno"u8)); // every user may choose it
            Assert.Equal("reno", b.UseCongestionControl("nonesuch"u8));
            Assert.Equal("reno", b.CongestionControl());
        }
    }

    [FactNeeding(Need.Root)]
    public void The_choice_of_a_route_yields_to_what_is_asked_for_on_a_connection() => Namespace.Run(() =>
    {
        Namespace.Shell("ip link set lo up && ip route replace local 127.0.0.1 dev lo table local congctl cubic");
        using var listener = TcpSocket.Listen(IPAddress.Loopback, 0, 0, 0);
        using var caller = TcpSocket.Connect(IPAddress.Loopback, listener.LocalPort(), 5000, 0);
        using var taken = Accept(listener);
        Assert.Equal("cubic", caller.CongestionControl()); // although reno was asked for before
        Assert.Equal("reno", caller.UseCongestionControl("reno"u8));
        Assert.Equal("reno", taken.UseCongestionControl("reno"u8));
    });

    [Fact]
    public void The_address_toward_a_place_is_the_one_that_packets_leave_from()
    {
        Assert.Equal(IPAddress.Loopback, TcpSocket.LocalAddressToward(IPAddress.Parse("127.0.0.9")));
        var other = TcpSocket.LocalAddressToward(IPAddress.Parse("192.0.2.1"));
        Assert.NotEqual(IPAddress.Loopback, other); // an address of ours, or none without a route
    }

    [FactNeeding(Need.Ipv6)]
    public void The_address_toward_an_ipv6_place_is_found_too() =>
        Assert.Equal(IPAddress.IPv6Loopback, TcpSocket.LocalAddressToward(IPAddress.IPv6Loopback));

    internal static (TcpSocket Caller, TcpSocket Taken) Connected()
    {
        using var listener = TcpSocket.Listen(IPAddress.Loopback, 0, 0, 0);
        var caller = TcpSocket.Connect(IPAddress.Loopback, listener.LocalPort(), 5000, 0);
        var taken = Accept(listener);
        taken.SetBlocking();
        return (caller, taken);
    }

    private static TcpSocket Accept(TcpSocket listener)
    {
        Assert.True(Wake.Await(listener.Fd, PollFd.In, 30_000));
        return listener.TryAccept()!;
    }

    private static async Task Converse(IPAddress address)
    {
        using var listener = TcpSocket.Listen(address, 0, 0, 0);
        using var caller = TcpSocket.Connect(address, listener.LocalPort(), 5000, 0);
        using var taken = Accept(listener);
        taken.SetBlocking();
        byte[] all = [.. Enumerable.Range(0, 5_000_000).Select(i => (byte)(i % 253))];
        var sends = Waiting.Start(() => caller.Send(all));
        var received = new byte[all.Length];
        Assert.True(await Waiting.Start(() => taken.Receive(received)).Soon());
        await sends.Soon();
        Assert.Equal(all, received);
        taken.Send("back"u8);
        Assert.True(caller.Receive(received.AsSpan(0, 4)));
        Assert.Equal("back"u8, received.AsSpan(0, 4));
    }

    private static unsafe int Option(TcpSocket socket, int level, int option)
    {
        int value;
        uint length = sizeof(int);
        Assert.Equal(0, Sys.GetSocketOption(socket.Fd.Number, level, option, &value, &length));
        return value;
    }
}
