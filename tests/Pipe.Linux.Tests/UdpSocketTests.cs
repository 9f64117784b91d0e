using System.Net;

namespace Pipe.Linux.Tests;

public sealed class UdpSocketTests : IDisposable
{
    private const int Patience = 30;
    private static SocketName NoSource => default;
    private readonly DatagramBatch _batch = new(256, 2 << 20);
    private readonly DatagramRing _ring = new(32);
    private SocketName _from;

    public static TheoryData<string, int, bool, bool> Ways()
    {
        var data = new TheoryData<string, int, bool, bool>();
        foreach (var length in new[] { 1200, 1452, 1472, 8972 })
        {
            foreach (var (segments, coalesces) in new[] { (true, true), (true, false), (false, true), (false, false) })
            {
                data.Add("127.0.0.1", length, segments, coalesces);
            }
        }

        return data;
    }

    public void Dispose()
    {
        _batch.Dispose();
        _ring.Dispose();
    }

    [Theory]
    [InlineData(1200, 54, 54)]
    [InlineData(1452, 45, 45)]
    [InlineData(1472, 44, 44)]
    [InlineData(8972, 7, 7)]
    [InlineData(1000, 64, 64)]
    [InlineData(1023, 64, 64)]
    [InlineData(65_507, 1, 1)]
    [InlineData(65_500, 1, 1)]
    [InlineData(6550, 10, 9)]
    public void A_message_holds_what_the_kernel_takes(int length, int v4, int v6) =>
        Assert.Equal((v4, v6), (Segmentation.DatagramsPerCall(length, false), Segmentation.DatagramsPerCall(length, true)));

    [Theory]
    [MemberData(nameof(Ways))]
    public void Datagrams_arrive_as_they_were_sent(string address, int length, bool segments, bool coalesces) =>
        Exchange(IPAddress.Parse(address), IPAddress.Parse(address), length, segments, coalesces);

    [FactNeeding(Need.Ipv6)]
    public void Datagrams_arrive_over_ipv6() => Exchange(IPAddress.IPv6Loopback, IPAddress.IPv6Loopback, 1452, true, true);

    [FactNeeding(Need.Ipv6)]
    public void A_socket_for_ipv6_speaks_ipv4_too() => Exchange(IPAddress.IPv6Any, IPAddress.Loopback, 1472, true, true);

    [Fact]
    public void A_datagram_is_gathered_from_its_pieces()
    {
        using var slab = new Slab(100_000);
        for (var i = 0; i < slab.Payload.Length; i++)
        {
            slab.Payload[i] = (byte)(i % 251);
        }

        var (from, to) = Pair();
        using (from)
        using (to)
        {
            for (var i = 0; i < 60; i++)
            {
                _batch.Begin(3).Fill((byte)i);
                _batch.Append(slab, 0, i * 1400, 1400);
                _batch.Append(2).Fill(0xEE);
            }

            Assert.Equal(60, Send(from, to).Sent);
            var received = Receive(to, 60);
            for (var i = 0; i < 60; i++)
            {
                byte[] wanted = [(byte)i, (byte)i, (byte)i, .. slab.Payload.Slice(i * 1400, 1400), 0xEE, 0xEE];
                Assert.Equal(wanted, received[i]);
            }
        }
    }

    [Fact]
    public unsafe void A_message_that_the_kernel_cannot_cut_up_goes_again_in_single_datagrams()
    {
        const int optionNoCheck = 11; // without checksums the kernel refuses to segment
        var (from, to) = Pair();
        using (from)
        using (to)
        {
            from.Fd.SetOption(Sys.LevelSocket, optionNoCheck, 1);
            Fill(100, 600);
            Assert.True(from.IsSegmenting);
            Assert.Equal(new SendResult(100, SendFailure.None, 0), Send(from, to));
            Assert.False(from.IsSegmenting);
            Assert.Equal(1, from.Resegmented);
            AssertFilled(Receive(to, 100), 600);

            Fill(10, 600);
            Assert.Equal(10, Send(from, to).Sent);
            Assert.Equal(1, from.Resegmented);
            AssertFilled(Receive(to, 10), 600);
        }
    }

    [Fact]
    public void A_datagram_that_is_too_long_is_told_and_the_rest_can_go_without_it()
    {
        var (from, to) = Pair();
        using (from)
        using (to)
        {
            Fill(2, 100);
            _batch.Begin(65_508);
            _batch.Begin(5).Fill(9);
            var result = Send(from, to);
            Assert.Equal((2, SendFailure.TooLong, Errno.MessageTooLong), (result.Sent, result.Failure, result.Errno));
            Assert.Equal(65_508, _batch.FirstLength);
            _batch.Drop(1);
            Assert.Equal(1, Send(from, to).Sent);
            Assert.Equal(0, _batch.Count);
            Assert.Equal([100, 100, 5], Receive(to, 3).Select(one => one.Length));
        }
    }

    [Fact]
    public void Nobody_at_the_other_end_stops_neither_sending_nor_receiving()
    {
        var (from, to) = Pair();
        using (from)
        {
            var gone = to.LocalName();
            to.Dispose();
            for (var i = 0; i < 3; i++)
            {
                Fill(1, 100);
                Assert.Equal(SendFailure.None, from.Send(_batch, gone, NoSource).Failure);
                Assert.False(from.Receive(_ring));
            }
        }
    }

    [Fact]
    public void Datagrams_that_found_no_room_are_counted()
    {
        const int sent = 200;
        var (from, to) = Pair(buffer: 4096);
        using (from)
        using (to)
        {
            from.IsSegmenting = false;
            to.Coalesce(false);
            var received = 0;
            for (var i = 0; i < sent; i++)
            {
                Fill(1, 1400);
                Send(from, to);
            }

            while (to.Receive(_ring))
            {
                received += Count(_ring);
            }

            // The count comes with the next datagram that is received.
            Fill(1, 1400);
            Send(from, to);
            Assert.True(to.Receive(_ring));
            received += Count(_ring);
            Assert.True(_ring.Overflowed > 0);
            Assert.Equal(sent + 1, received + _ring.Overflowed);
        }
    }

    [Fact]
    public void The_address_to_send_from_is_kept_to_and_the_address_sent_to_is_told()
    {
        using var from = UdpSocket.Bind(IPAddress.Any, 0, 0, 0);
        using var to = UdpSocket.Bind(IPAddress.Any, 0, 0, 0);
        to.TellDestinations();
        Fill(3, 500);
        from.Send(_batch, new SocketName(IPAddress.Parse("127.0.0.7"), to.LocalName().Port), new SocketName(IPAddress.Parse("127.0.0.9"), 0));
        Await(to);
        Assert.True(_ring.MoveNext());
        Assert.Equal(new SocketName(IPAddress.Parse("127.0.0.9"), from.LocalName().Port), _ring.From);
        Assert.Equal(IPAddress.Parse("127.0.0.7"), _ring.To.Address);
    }

    [FactNeeding(Need.Ipv6)]
    public void The_address_to_send_from_is_kept_to_by_a_socket_for_ipv6()
    {
        using var from = UdpSocket.Bind(IPAddress.IPv6Any, 0, 0, 0);
        using var to = UdpSocket.Bind(IPAddress.IPv6Any, 0, 0, 0);
        to.TellDestinations();
        foreach (var (address, source) in new[] { ("127.0.0.7", "127.0.0.9"), ("::1", "::1") })
        {
            Fill(3, 500);
            var name = new SocketName(IPAddress.Parse(address), to.LocalName().Port).For(is6: true);
            from.Send(_batch, name, new SocketName(IPAddress.Parse(source), 0).For(is6: true));
            Await(to);
            Assert.True(_ring.MoveNext());
            Assert.Equal(IPAddress.Parse(source), _ring.From.Address);
            Assert.Equal(IPAddress.Parse(address), _ring.To.Address);
        }
    }

    [Fact]
    public void Datagrams_are_never_fragmented()
    {
        using var socket = UdpSocket.Bind(IPAddress.Loopback, 0, 0, 0);
        Assert.Equal(Sys.MtuDiscoverProbe, socket.Fd.GetOption(Sys.LevelIp, Sys.OptionMtuDiscover));
    }

    [FactNeeding(Need.Root)]
    public void Root_gets_larger_buffers_than_the_system_grants_others()
    {
        var limit = int.Parse(File.ReadAllText("/proc/sys/net/core/rmem_max"), System.Globalization.CultureInfo.InvariantCulture);
        using var socket = UdpSocket.Bind(IPAddress.Loopback, 0, 0, 2 * limit);
        Assert.Equal((4 * limit, 4 * limit), socket.Buffers());
    }

    [Fact]
    public void The_first_free_port_of_the_range_is_taken()
    {
        using var first = UdpSocket.Bind(IPAddress.Loopback, 0, 0, 0);
        var taken = first.LocalName().Port;
        using var second = UdpSocket.Bind(IPAddress.Loopback, taken, Math.Min(taken + 20, 65_535), 0);
        Assert.InRange(second.LocalName().Port, taken + 1, taken + 20);
        var e = Assert.Throws<LinuxException>(() => UdpSocket.Bind(IPAddress.Loopback, taken, taken, 0));
        Assert.Equal(Errno.AddressInUse, e.Errno);
    }

    [Fact]
    public async Task A_wait_ends_by_a_signal_a_datagram_or_in_time()
    {
        var (from, to) = Pair();
        using (from)
        using (to)
        {
            using var wake = new EventCounter();
            to.Wait(wake, 0);
            to.Wait(wake, 1_000_000);

            var waits = Waiting.Start(() => to.Wait(wake, -1));
            await waits.StillWaits();
            wake.Signal();
            await waits.Soon();

            waits = Waiting.Start(() => to.Wait(wake, -1));
            await waits.StillWaits();
            Fill(1, 10);
            Send(from, to);
            await waits.Soon();

            wake.Signal();
            wake.Signal();
            await Waiting.Start(() => to.Wait(wake, -1, isForRoom: true)).Soon();
        }
    }

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
                _batch.Begin(1473);
            }

            Assert.Equal(SendFailure.TooLong, Send(from, to).Failure);
            Assert.True(from.IsSegmenting);
            _batch.Clear();
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
        var result = from.Send(_batch, new SocketName(IPAddress.Parse("192.0.2.1"), 9), NoSource);
        Assert.Equal((0, SendFailure.Unreachable), (result.Sent, result.Failure));
        Assert.Equal(3, _batch.Count);
    });

    private static (UdpSocket From, UdpSocket To) Pair(int buffer = 4 << 20) =>
        (UdpSocket.Bind(IPAddress.Loopback, 0, 0, buffer), UdpSocket.Bind(IPAddress.Loopback, 0, 0, buffer));

    private static int Count(DatagramRing ring)
    {
        var count = 0;
        while (ring.MoveNext())
        {
            count++;
        }

        return count;
    }

    private static void AssertFilled(List<byte[]> received, int length) =>
        Assert.All(received.Index(), one => Assert.Equal(Content(one.Index, length), one.Item));

    private static byte[] Content(int index, int length) => [.. Enumerable.Range(0, length).Select(i => (byte)((index * 31) + i))];

    private SendResult Send(UdpSocket from, UdpSocket to) => from.Send(_batch, to.LocalName(), NoSource);

    private void Exchange(IPAddress bound, IPAddress called, int length, bool segments, bool coalesces)
    {
        const int count = 150;
        using var from = UdpSocket.Bind(bound, 0, 0, 8 << 20);
        using var to = UdpSocket.Bind(bound, 0, 0, 8 << 20);
        from.IsSegmenting = segments;
        to.Coalesce(coalesces);
        Fill(count, length);
        _batch.Begin(17).Fill(1);
        var result = from.Send(_batch, new SocketName(called, to.LocalName().Port).For(from.Is6), NoSource);
        Assert.Equal(new SendResult(count + 1, SendFailure.None, 0), result);
        Assert.Equal(segments, from.IsSegmenting);
        var received = Receive(to, count + 1);
        Assert.Equal(called, _from.Address);
        AssertFilled(received[..count], length);
        Assert.Equal(17, received[count].Length);
    }

    private void Fill(int count, int length)
    {
        for (var i = 0; i < count; i++)
        {
            Content(i, length).CopyTo(_batch.Begin(length));
        }
    }

    private void Await(UdpSocket socket)
    {
        Assert.True(Wake.Await(socket.Fd, PollFd.In, Patience * 1000));
        Assert.True(socket.Receive(_ring));
    }

    private List<byte[]> Receive(UdpSocket socket, int count)
    {
        var received = new List<byte[]>();
        while (received.Count < count)
        {
            Await(socket);
            while (_ring.MoveNext())
            {
                received.Add(_ring.Current.ToArray());
                _from = _ring.From;
            }

            Assert.Equal(0, _ring.Truncated);
        }

        Assert.Equal(count, received.Count);
        return received;
    }
}
