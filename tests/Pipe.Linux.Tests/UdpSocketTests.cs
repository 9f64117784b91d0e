using System.Net;

namespace Pipe.Linux.Tests;

public sealed class UdpSocketTests : UdpSocketTest
{
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
                Batch.Begin(3).Fill((byte)i);
                Batch.Append(slab, 0, i * 1400, 1400);
                Batch.Append(2).Fill(0xEE);
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
            Batch.Begin(65_508);
            Batch.Begin(5).Fill(9);
            var result = Send(from, to);
            Assert.Equal((2, SendFailure.TooLong, Errno.MessageTooLong), (result.Sent, result.Failure, result.Errno));
            Batch.Drop(1);
            Assert.Equal(1, Send(from, to).Sent);
            Assert.Equal(0, Batch.Count);
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
                Assert.Equal(SendFailure.None, from.Send(Batch, gone, NoSource).Failure);
                Assert.False(from.Receive(Ring));
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

            while (to.Receive(Ring))
            {
                received += Count(Ring);
            }

            // The count comes with the next datagram that is received.
            Fill(1, 1400);
            Send(from, to);
            Assert.True(to.Receive(Ring));
            received += Count(Ring);
            Assert.True(Ring.Overflowed > 0);
            Assert.Equal(sent + 1, received + Ring.Overflowed);
        }
    }

    [Fact]
    public void The_address_to_send_from_is_kept_to_and_the_address_sent_to_is_told()
    {
        using var from = UdpSocket.Bind(IPAddress.Any, 0, 0, 0);
        using var to = UdpSocket.Bind(IPAddress.Any, 0, 0, 0);
        to.TellDestinations();
        Fill(3, 500);
        from.Send(Batch, new SocketName(IPAddress.Parse("127.0.0.7"), to.LocalName().Port), new SocketName(IPAddress.Parse("127.0.0.9"), 0));
        Await(to);
        Assert.True(Ring.MoveNext());
        Assert.Equal(new SocketName(IPAddress.Parse("127.0.0.9"), from.LocalName().Port), Ring.From);
        Assert.Equal(IPAddress.Parse("127.0.0.7"), Ring.To.Address);
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
            from.Send(Batch, name, new SocketName(IPAddress.Parse(source), 0).For(is6: true));
            Await(to);
            Assert.True(Ring.MoveNext());
            Assert.Equal(IPAddress.Parse(source), Ring.From.Address);
            Assert.Equal(IPAddress.Parse(address), Ring.To.Address);
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

    private void Exchange(IPAddress bound, IPAddress called, int length, bool segments, bool coalesces)
    {
        const int count = 150;
        using var from = UdpSocket.Bind(bound, 0, 0, 8 << 20);
        using var to = UdpSocket.Bind(bound, 0, 0, 8 << 20);
        from.IsSegmenting = segments;
        to.Coalesce(coalesces);
        Fill(count, length);
        Batch.Begin(17).Fill(1);
        var result = from.Send(Batch, new SocketName(called, to.LocalName().Port).For(from.Is6), NoSource);
        Assert.Equal(new SendResult(count + 1, SendFailure.None, 0), result);
        Assert.Equal(segments, from.IsSegmenting);
        var received = Receive(to, count + 1);
        Assert.Equal(called, LastFrom.Address);
        AssertFilled(received[..count], length);
        Assert.Equal(17, received[count].Length);
    }
}
