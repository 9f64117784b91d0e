using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

public sealed class ControlChannelTests : IDisposable
{
    private readonly Wire _wire = new();

    private static byte[] HelloFrame { get; } = Frame.Pack(new Hello(1, 1, 0, "test"));

    public void Dispose() => _wire.Dispose();

    private static (Fd Here, Socket There) PacketSockets()
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint($"\0pipe-test-{Guid.NewGuid()}"));
        listener.Listen(1);
        var there = new Socket(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);
        there.Connect(listener.LocalEndPoint!);
        using var accepted = listener.Accept();
        accepted.Blocking = true;
        using var borrowed = new Fd((int)accepted.Handle, "control channel");
        var here = borrowed.Duplicate();
        borrowed.Release();
        return (here, there);
    }

    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData("")]
    [InlineData("Welcome to this host\nYou have mail\n")]
    [InlineData("PIPE-CONTROL")]
    [InlineData("PIPE-CONTROL\r\n")]
    [InlineData("PIPE-PIPE-CONTROL\r\n\u001aPIPE-CONTROL\n\0\0\0")]
    public async Task What_a_login_shell_prints_is_skipped_and_remembered(string noise)
    {
        _wire.Start();
        _wire.Say(Encoding.ASCII.GetBytes(noise));
        _wire.Say(Frame.Marker);
        _wire.Say(HelloFrame);
        _wire.ToChannel.Dispose();

        Assert.Null(await _wire.Ended);
        Assert.True(_wire.Channel.IsGreeted);
        Assert.Equal(MessageType.Hello, Assert.Single(_wire.Came).Type);
        Assert.StartsWith(noise.Split('\n')[0].Split('\r')[0], _wire.Channel.Noise, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Messages_that_come_byte_by_byte_are_read_all_the_same()
    {
        _wire.Start();
        await Limit.Of(() =>
        {
            foreach (var one in (byte[])[.. "noise"u8, .. Frame.Marker, .. HelloFrame, .. HelloFrame])
            {
                _wire.Say([one]);
                Thread.Yield();
            }
        });
        _wire.ToChannel.Dispose();

        Assert.Null(await _wire.Ended);
        Assert.Equal(2, _wire.Came.Count);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task The_marker_is_read_at_once_and_nothing_after_it()
    {
        // A packet socket throws away what a read leaves of a packet, and a read never takes two.
        var (here, there) = PacketSockets();
        using var wire = new Wire(here);
        using (there)
        {
            wire.Start();
            there.Send(Frame.Marker);
            there.Send(HelloFrame.AsSpan(0, Frame.Size));
            there.Send(HelloFrame.AsSpan(Frame.Size));
        }

        Assert.Null(await wire.Ended);
        Assert.Single(wire.Came);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task As_much_noise_as_is_allowed_is_skipped()
    {
        _wire.Start();
        await Limit.Of(() => _wire.Say(new byte[Limits.MaxNoise]));
        _wire.Say(Frame.Marker);
        _wire.Say(HelloFrame);
        _wire.ToChannel.Dispose();

        Assert.Null(await _wire.Ended);
        Assert.Single(_wire.Came);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task More_noise_than_is_allowed_ends_the_channel()
    {
        _wire.Start();
        await Limit.Of(() => _wire.Say(new byte[Limits.MaxNoise + Frame.Marker.Length]));

        Assert.IsType<ProtocolException>(await _wire.Ended);
        Assert.False(_wire.Channel.IsGreeted);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Noise_that_is_quoted_cannot_draw_on_a_terminal()
    {
        _wire.Start();
        _wire.Say("\u001b[2J\u0007bad"u8);
        _wire.ToChannel.Dispose();

        await _wire.Ended;
        Assert.DoesNotContain(_wire.Channel.Noise, char.IsControl);
        Assert.Contains("bad", _wire.Channel.Noise, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_message_with_any_bit_flipped_is_refused()
    {
        for (var i = 0; i < HelloFrame.Length; i++)
        {
            using var wire = new Wire();
            var frame = HelloFrame.ToArray();
            frame[i] ^= (byte)(1 << (i % 8));
            wire.Start();
            wire.Say(Frame.Marker);
            wire.Say(frame);
            wire.ToChannel.Dispose();

            Assert.NotNull(await wire.Ended);
            Assert.Empty(wire.Came);
        }
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_message_cut_short_anywhere_is_not_taken_for_a_good_end()
    {
        for (var length = 1; length < HelloFrame.Length; length++)
        {
            using var wire = new Wire();
            wire.Start();
            wire.Say(Frame.Marker);
            wire.Say(HelloFrame.AsSpan(0, length));
            wire.ToChannel.Dispose();

            Assert.IsType<IOException>(await wire.Ended);
            Assert.Empty(wire.Came);
        }
    }

    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData(Limits.MaxFrame + 1)]
    [InlineData(uint.MaxValue)]
    public async Task A_message_longer_than_any_is_refused_by_its_header_alone(uint length)
    {
        var header = new byte[Frame.Size];
        BinaryPrimitives.WriteUInt32LittleEndian(header, length);
        header[4] = (byte)MessageType.Block;
        _wire.Start();
        _wire.Say(Frame.Marker);
        _wire.Say(header);

        Assert.IsType<ProtocolException>(await _wire.Ended);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Something_else_printed_between_messages_is_refused()
    {
        _wire.Start();
        _wire.Say(Frame.Marker);
        _wire.Say(HelloFrame);
        _wire.Say("Broadcast message from root: going down\n"u8);

        Assert.IsType<ProtocolException>(await _wire.Ended);
        Assert.Single(_wire.Came);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_peer_that_vanishes_is_the_end_and_sending_to_it_fails()
    {
        _wire.Start();
        _wire.ToChannel.Dispose();
        _wire.FromChannel.Dispose();

        Assert.Null(await _wire.Ended);
        Assert.True(Assert.Throws<LinuxException>(() => _wire.Channel.Send(new Ping(1))).IsBrokenPipe);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Disposing_ends_the_reader()
    {
        _wire.Start();
        await Task.Delay(50);

        _wire.Channel.Dispose();

        await _wire.Ended;
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Messages_of_many_threads_do_not_run_into_each_other()
    {
        const int threads = 4;
        const int each = 500;
        using var other = new ControlChannel(_wire.FromChannel.Duplicate(), _wire.ToChannel.Duplicate());
        var came = new List<long>();
        var ended = new TaskCompletionSource<Exception?>();
        other.Start((_, payload) => came.Add(Ping.Read(payload).Moved), ended.SetResult);
        _wire.Channel.SendMarker();

        await Task.WhenAll(Enumerable.Range(0, threads).Select(thread => Limit.Of(() =>
        {
            for (var i = 0; i < each; i++)
            {
                _wire.Channel.Send(new Ping((thread * each) + i));
            }
        })));
        _wire.Channel.CloseOutput();

        Assert.Null(await ended.Task.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(Enumerable.Range(0, threads * each).Select(i => (long)i), came.Order());
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_sign_of_life_goes_out_when_idle_and_waits_for_nobody()
    {
        _wire.Channel.PingIfIdle(new Ping(1), TimeSpan.FromSeconds(Limits.PingSeconds));
        await Task.Delay(TimeSpan.FromSeconds(Limits.PingSeconds + 0.3));

        _wire.Channel.PingIfIdle(new Ping(7), TimeSpan.FromSeconds(Limits.PingSeconds));
        var frame = new byte[100];
        Assert.Equal(Frame.Pack(new Ping(7)), frame[..await Limit.Of(() => _wire.FromChannel.Read(frame))]);

        // The reader has stopped: another thread is stuck in a large message, and the sign of life is left out.
        var stuck = Limit.Of(() => _wire.Channel.Send(new Abort(ExitCode.Bug, new string('x', Limits.MaxText), "")));
        await Task.Delay(TimeSpan.FromSeconds(Limits.PingSeconds + 0.3));
        await Limit.Of(() => _wire.Channel.PingIfIdle(new Ping(8), TimeSpan.FromSeconds(Limits.PingSeconds))).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.False(stuck.IsCompleted);

        _wire.FromChannel.Dispose();
        await Assert.ThrowsAsync<LinuxException>(() => stuck);
        await Limit.Of(() => _wire.Channel.PingIfIdle(new Ping(9), TimeSpan.FromSeconds(Limits.PingSeconds))).WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_sign_of_life_does_not_wait_for_a_full_pipe()
    {
        _wire.FromChannel.WidenPipe(4096);
        await Task.Delay(TimeSpan.FromSeconds(Limits.PingSeconds + 0.3));
        var filler = Fd.Open($"/proc/self/fd/{_wire.FromChannel.Number}", OpenFlags.WriteOnly | OpenFlags.NonBlocking);
        using (filler)
        {
            filler.WriteAll(new byte[4096]);

            await Limit.Of(() => _wire.Channel.PingIfIdle(new Ping(8), TimeSpan.FromSeconds(Limits.PingSeconds))).WaitAsync(TimeSpan.FromSeconds(20));
        }

        Assert.Equal(4096, _wire.FromChannel.BytesWaiting());
    }
}
