using Pipe.Protocol.Datagrams;

namespace Pipe.Protocol.Tests.Datagrams;

/// <summary>Handshake, seals, replay and address: what a stranger can and cannot do.</summary>
public class DatagramLinkTests
{
    private const ulong Caller = 1;
    private const ulong Listener = 2;
    private const ulong Elsewhere = 3;
    private const long Second = 1_000_000_000;

    private static readonly Protection[] Protections = [Protection.Clear, Protection.Authenticate, Protection.Encrypt];

    [Fact]
    public void Both_sides_open_after_one_round_trip_and_the_first_sealed_datagram()
    {
        var (caller, listener) = Open(Terms());
        Assert.Equal((DatagramState.Open, DatagramState.Open), (caller.State, listener.State));
        Assert.Equal((Listener, Caller), (caller.Path, listener.Path));
    }

    [Fact]
    public void Strangers_get_no_answer_and_change_nothing()
    {
        var terms = Terms();
        var good = Hello(terms);
        Assert.All(
            new byte[][]
            {
                Hello(terms with { Secret = new byte[32] }), Hello(terms with { Session = new byte[16] }), Hello(terms with { Lane = 2 }),
                Hello(terms with { Protection = Protection.Encrypt }), good[..^1], [.. good, 0], [], new byte[1200], DatagramSamples.WelcomeBytes, DatagramSamples.Data(Protection.Clear),
            },
            datagram => AssertSilent(terms, datagram));
        for (var bit = 0; bit < good.Length * 8; bit += 7)
        {
            byte[] flipped = [.. good];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertSilent(terms, flipped);
        }

        Assert.True(Answer(DatagramLink.Listen(terms, 0), good).Length is > 0 and < DatagramHello.Size);
    }

    [Fact]
    public void The_caller_takes_no_welcome_that_does_not_prove_the_secret()
    {
        var terms = Terms();
        var caller = DatagramLink.Connect(terms, 0);
        var hello = Take(caller, 0);
        var welcome = Answer(DatagramLink.Listen(terms, 0), hello);
        for (var bit = 0; bit < welcome.Length * 8; bit++)
        {
            byte[] flipped = [.. welcome];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(caller.TryOpen(flipped, Listener, 0, out _, out _));
            Assert.Equal(DatagramState.Calling, caller.State);
        }

        var other = DatagramLink.Connect(terms, 0);
        Take(other, 0);
        Assert.False(other.TryOpen([.. welcome], Listener, 0, out _, out _)); // the answer to another Hello
        Assert.Equal(DatagramState.Calling, other.State);
        caller.TryOpen(welcome, Listener, 0, out _, out _);
        Assert.Equal(DatagramState.Open, caller.State);
    }

    [Fact]
    public void A_hello_that_is_played_back_opens_nothing_and_a_lost_welcome_is_repeated()
    {
        var terms = Terms();
        var listener = DatagramLink.Listen(terms, 0);
        var old = Hello(terms);
        Answer(listener, old);
        Answer(listener, old);
        Assert.Equal(DatagramState.Answering, listener.State);
        var caller = DatagramLink.Connect(terms, 0);
        var hello = Take(caller, 0);
        var welcome = Answer(listener, hello);
        Assert.Equal(welcome, Answer(listener, hello));
        Answer(listener, old);
        caller.TryOpen(welcome, Listener, 0, out _, out _);
        Assert.True(listener.TryOpen(Sealed(caller), Caller, 0, out _, out _));
        Assert.Equal(DatagramState.Open, listener.State);
        Assert.Empty(Answer(listener, old));
        Assert.Empty(Answer(listener, hello));
    }

    /// <summary>A Hello proves that its author has the secret, not that the sender of this copy has it.</summary>
    [Fact]
    public void A_hello_that_is_played_back_from_elsewhere_does_not_move_the_path()
    {
        var terms = Terms();
        var (caller, listener) = (DatagramLink.Connect(terms, 0), DatagramLink.Listen(terms, 0));
        var hello = Take(caller, 0);
        caller.TryOpen(Answer(listener, hello), Listener, 0, out _, out _);
        Assert.False(listener.TryOpen([.. hello], Elsewhere, 0, out _, out _));
        Assert.True(listener.TryOpen(Sealed(caller), Caller, 0, out _, out _));
        Assert.Equal(Caller, listener.Path);
    }

    [Fact]
    public void A_call_without_an_answer_ends_after_two_seconds_and_five_hellos()
    {
        var caller = DatagramLink.Connect(Terms(), 0);
        var hellos = 0;
        for (var now = 0L; now < 3 * Second; now += Second / 100)
        {
            hellos += Take(caller, now).Length > 0 ? 1 : 0;
        }

        Assert.Equal((5, DatagramState.Closed), (hellos, caller.State));
    }

    /// <summary>A thread that does not run for long has not waited: it gives the answer to its last Hello half a second.</summary>
    [Fact]
    public void A_caller_that_is_late_calls_as_often()
    {
        var caller = DatagramLink.Connect(Terms(), 0);
        Assert.All(Enumerable.Range(0, 5), i => Assert.NotEmpty(Take(caller, i * 10 * Second)));
        Assert.Empty(Take(caller, (40 * Second) + 499_000_000));
        Assert.Equal(DatagramState.Calling, caller.State);
        Assert.Empty(Take(caller, (40 * Second) + 500_000_000));
        Assert.Equal(DatagramState.Closed, caller.State);
    }

    [Fact]
    public void A_datagram_opens_once_and_not_with_a_bit_flipped() => Assert.All(Protections, protection =>
    {
        var (caller, listener) = Open(Terms(protection));
        foreach (var datagram in new[] { Sealed(caller), Data(caller) })
        {
            for (var bit = 0; bit < datagram.Length * 8; bit++)
            {
                byte[] flipped = [.. datagram];
                flipped[bit / 8] ^= (byte)(1 << (bit % 8));
                var isPayloadInTheClear = protection == Protection.Clear && datagram[0] == (byte)DatagramType.Data && bit / 8 >= listener.DataPrefix;
                Assert.True(isPayloadInTheClear || !listener.TryOpen(flipped, Caller, 0, out _, out _), $"bit {bit}");
            }

            Assert.True(listener.TryOpen([.. datagram], Caller, 0, out _, out _));
            Assert.False(listener.TryOpen([.. datagram], Caller, 0, out _, out _));
            Assert.False(caller.TryOpen([.. datagram], Listener, 0, out _, out _)); // thrown back
        }
    });

    /// <summary>In the clear too: the sender would count the bytes that were cut off as arrived.</summary>
    [Fact]
    public void A_datagram_of_another_length_is_refused() => Assert.All(Protections, protection =>
    {
        var (caller, listener) = Open(Terms(protection));
        foreach (var datagram in new[] { Sealed(caller), Data(caller) })
        {
            for (var length = 0; length < datagram.Length; length++)
            {
                Assert.False(listener.TryOpen([.. datagram.AsSpan(0, length)], Caller, 0, out _, out _), $"{length} of {datagram.Length} bytes");
            }

            Assert.False(listener.TryOpen([.. datagram, .. new byte[8]], Caller, 0, out _, out _));
            Assert.True(listener.TryOpen([.. datagram], Caller, 0, out _, out _));
        }
    });

    [Fact]
    public void No_number_is_used_twice()
    {
        var (caller, _) = Open(Terms());
        var numbers = Enumerable.Range(0, 1000).Select(i => i % 2 == 0 ? BitConverter.ToUInt64(Sealed(caller), 8) : caller.NextHeader(DatagramType.Data).Number).ToList();
        Assert.Equal(1000, numbers.Distinct().Count());
    }

    [Fact]
    public void A_million_bytes_of_noise_change_nothing()
    {
        var (caller, listener) = Open(Terms());
        var random = new Random(4);
        for (var i = 0; i < 10_000; i++)
        {
            var noise = new byte[random.Next(200)];
            random.NextBytes(noise);
            Assert.False(listener.TryOpen(noise, Elsewhere, 0, out _, out _));
        }

        Assert.Empty(Take(listener, 0));
        Assert.Equal(Caller, listener.Path);
        Assert.True(listener.TryOpen(Data(caller), Caller, 0, out _, out _));
    }

    [Fact]
    public void The_address_changes_only_after_an_answer_from_the_new_one()
    {
        var (caller, listener) = Open(Terms() with { MayRoam = true });
        var now = Second;
        Assert.True(listener.TryOpen(Data(caller), Elsewhere, now, out _, out _));
        Assert.Equal(Caller, listener.Path);
        var challenge = Take(listener, now, out var to);
        Assert.Equal(Elsewhere, to);
        Assert.False(caller.TryOpen(challenge, Listener, now, out _, out _));
        var response = Take(caller, now, out _);
        listener.TryOpen([.. response], Caller, now, out _, out _);
        Assert.Equal(Caller, listener.Path); // the answer came from the old address

        now += Second;
        Assert.True(listener.TryOpen(Data(caller), Elsewhere, now, out _, out _));
        caller.TryOpen(Take(listener, now, out _), Listener, now, out _, out _);
        listener.TryOpen(Take(caller, now, out _), Elsewhere, now, out _, out _);
        Assert.Equal(Elsewhere, listener.Path);
    }

    [Fact]
    public void Without_leave_to_roam_a_new_address_is_not_even_asked()
    {
        var (caller, listener) = Open(Terms());
        Assert.True(listener.TryOpen(Data(caller), Elsewhere, Second, out _, out _));
        Assert.Empty(Take(listener, Second));
        Assert.Equal(Caller, listener.Path);
    }

    [Fact]
    public void An_old_datagram_from_elsewhere_starts_no_challenge()
    {
        var (caller, listener) = Open(Terms() with { MayRoam = true });
        var (held, later) = (Data(caller), Data(caller));
        Assert.True(listener.TryOpen(later, Caller, Second, out _, out _));
        Assert.True(listener.TryOpen(held, Elsewhere, 2 * Second, out _, out _));
        Assert.Empty(Take(listener, 2 * Second));
    }

    [Fact]
    public void A_close_is_heard_and_cannot_be_forged()
    {
        var (caller, listener) = Open(Terms());
        var buffer = new byte[DatagramLimits.MaxDatagram];
        var close = buffer[..caller.Close(ExitCode.Interrupted, "interrupted", buffer)];
        close = [.. buffer.AsSpan(0, close.Length)];
        byte[] forged = [.. close];
        forged[^1] ^= 1;
        Assert.False(listener.TryOpen(forged, Caller, 0, out _, out _));
        Assert.Equal(DatagramState.Open, listener.State);
        Assert.Null(listener.Closed);
        listener.TryOpen(close, Caller, 0, out _, out _);
        Assert.Equal(DatagramState.Closed, listener.State);
        Assert.Equal(new DatagramClose(ExitCode.Interrupted, "interrupted"), listener.Closed);
    }

    internal static DatagramTerms Terms(Protection protection = Protection.Clear) => new(Samples.Session, Samples.Secret, 1, protection);

    /// <summary>Both ends of a connection that is open.</summary>
    internal static (DatagramLink Caller, DatagramLink Listener) Open(DatagramTerms terms)
    {
        var (caller, listener) = (DatagramLink.Connect(terms, 0), DatagramLink.Listen(terms, 0));
        caller.TryOpen(Answer(listener, Take(caller, 0)), Listener, 0, out _, out _);
        Assert.True(listener.TryOpen(Sealed(caller), Caller, 0, out _, out _));
        return (caller, listener);
    }

    private static byte[] Hello(DatagramTerms terms) => Take(DatagramLink.Connect(terms, 0), 0);

    private static void AssertSilent(DatagramTerms terms, byte[] datagram)
    {
        var listener = DatagramLink.Listen(terms, 0);
        Assert.Empty(Answer(listener, [.. datagram]));
        Assert.Equal((DatagramState.Listening, 1L), (listener.State, listener.Refused));
    }

    private static byte[] Answer(DatagramLink listener, byte[] hello)
    {
        Assert.False(listener.TryOpen([.. hello], Caller, 0, out _, out _));
        return Take(listener, 0);
    }

    private static byte[] Take(DatagramLink link, long now) => Take(link, now, out _);

    private static byte[] Take(DatagramLink link, long now, out ulong path)
    {
        var buffer = new byte[DatagramLimits.MaxDatagram];
        return [.. buffer.AsSpan(0, link.Control(now, buffer, out path))];
    }

    private static byte[] Sealed(DatagramLink link)
    {
        var buffer = new byte[DatagramLimits.MaxDatagram];
        return [.. buffer.AsSpan(0, link.Seal(DatagramType.Probe, buffer, 0))];
    }

    private static byte[] Data(DatagramLink link)
    {
        var buffer = new byte[DatagramLimits.MaxDatagram];
        var segment = new DatagramSegment(new DataHeader(link.NextHeader(DatagramType.Data), 0, 0, 84), 84);
        return [.. buffer.AsSpan(0, link.WriteData(segment, DatagramSamples.Block, buffer))];
    }
}
