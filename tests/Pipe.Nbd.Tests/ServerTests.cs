using Pipe.Engine.Tests;
using Pipe.Protocol;

namespace Pipe.Nbd.Tests;

/// <summary>The server against clients that no library would make.</summary>
public sealed class ServerTests
{
    private const int Region = 4096;

    [Fact]
    public void Options_that_make_no_sense_are_answered_and_the_next_ones_read()
    {
        var answers = Serve(
            Words.Hello,
            Words.Option((NbdOption)11),
            Words.Option(NbdOption.StartTls),
            Words.Option(NbdOption.List, 1),
            Words.Option(NbdOption.Go, 1, 2, 3),
            Words.Option(NbdOption.SetMetaContext, new NbdMetaQueries("", ["base:allocation"]).Write()),
            Words.Go("another"),
            Words.Option((NbdOption)999, new byte[NbdLimits.Option + 1]),
            Words.Option(NbdOption.List),
            Words.Option(NbdOption.StructuredReply),
            Words.Option(NbdOption.ListMetaContext, new NbdMetaQueries("", []).Write()),
            Words.Option(NbdOption.Abort));
        Assert.Equal(
            [
                NbdOptionReplyType.Unsupported, NbdOptionReplyType.Unsupported, NbdOptionReplyType.Invalid, NbdOptionReplyType.Invalid, NbdOptionReplyType.Invalid,
                NbdOptionReplyType.Unknown, NbdOptionReplyType.TooBig, NbdOptionReplyType.Server, NbdOptionReplyType.Ack, NbdOptionReplyType.Ack,
                NbdOptionReplyType.MetaContext, NbdOptionReplyType.MetaContext, NbdOptionReplyType.MetaContext, NbdOptionReplyType.Ack, NbdOptionReplyType.Ack,
            ],
            Words.OptionReplies(answers));
    }

    [Fact]
    public void A_client_of_another_protocol_is_left()
    {
        Assert.Equal(NbdGreeting.Size, Serve([0, 0, 0, 8], Words.Go()).Length);
        Assert.Equal(NbdGreeting.Size, Serve(Words.Hello, "GET / HTTP/1.1\r\n\r\n"u8.ToArray()).Length);
        Assert.Equal(NbdGreeting.Size, Serve([]).Length);
        Assert.Equal(NbdLimits.Options, Words.OptionReplies(Serve([Words.Hello, .. Enumerable.Repeat(Words.Option((NbdOption)11), NbdLimits.Options + 50)])).Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(int.MaxValue)]
    public void Requests_are_read_however_they_come(int most)
    {
        using var bench = CloneBench.Make(4, out var source);
        var payload = new byte[100];
        Array.Fill(payload, (byte)9);
        var answers = Serve(bench, most, Words.Hello, Words.Go(), Words.Request(NbdCommand.Write, 50, 100, payload: payload), Words.Request(NbdCommand.Flush, 0, 0), Words.Request(NbdCommand.Disconnect, 0, 0));
        payload.CopyTo(source, 50);
        Assert.Equal(source.AsSpan(0, Region).ToArray(), bench.Read(0, Region));
        Assert.Equal(2 * NbdSimpleReply.Size, answers.Length - answers.AsSpan().LastIndexOf(Ack()) - NbdOptionReply.Size);
    }

    [Fact]
    public void Requests_beyond_the_end_or_without_a_meaning_are_refused_and_the_connection_goes_on()
    {
        using var bench = CloneBench.Make(4, out _);
        var answers = Serve(
            bench,
            int.MaxValue,
            Words.Hello,
            Words.Go(),
            Words.Request(NbdCommand.Read, 4 * Region, 1, 1),
            Words.Request(NbdCommand.Read, long.MaxValue, uint.MaxValue, 2),
            Words.Request(NbdCommand.Write, 4 * Region - 1, 2, 3, payload: [1, 2]),
            Words.Request((NbdCommand)77, 0, 0, 4),
            Words.Request(NbdCommand.BlockStatus, 0, 10, 5),
            Words.Request(NbdCommand.Flush, 1, 0, 6),
            Words.Request(NbdCommand.Trim, 0, 0, 7),
            Words.Request(NbdCommand.Cache, 0, 10, 8),
            Words.Request(NbdCommand.Read, 0, 1, 9, (NbdCommandFlags)(1 << 9)),
            Words.Request(NbdCommand.Write, 0, 2, 10, (NbdCommandFlags)(1 << 5), payload: [1, 2]),
            Words.Request(NbdCommand.Flush, 0, 0, 11));
        Assert.True(bench.Map.Has(0), "a range to cache is fetched");
        var replies = answers.AsSpan(answers.AsSpan().LastIndexOf(Ack()) + NbdOptionReply.Size);
        var found = new List<(ulong, NbdError)>();
        for (; !replies.IsEmpty; replies = replies[NbdSimpleReply.Size..])
        {
            var reply = NbdSimpleReply.Read(replies);
            found.Add((reply.Cookie, reply.Error));
        }

        Assert.Equal(
            [(1, NbdError.Invalid), (2, NbdError.Overflow), (3, NbdError.NoSpace), (4, NbdError.Invalid), (5, NbdError.Invalid), (6, NbdError.Invalid), (7, NbdError.Invalid), (8, NbdError.None), (9, NbdError.Invalid), (10, NbdError.Invalid), (11, NbdError.None)],
            found);
    }

    [Fact]
    public void A_write_that_is_cut_in_its_payload_changes_nothing()
    {
        using var bench = CloneBench.Make(4, out var source);
        Serve(bench, int.MaxValue, Words.Hello, Words.Go(), Words.Request(NbdCommand.Write, 0, 4096, payload: new byte[4000]));
        Assert.Equal(source.AsSpan(0, 4096).ToArray(), bench.Read(0, 4096));
    }

    [Fact]
    public void Serving_what_is_hydrated_allocates_nothing()
    {
        const int requests = 4000;
        using var bench = CloneBench.Make(64, out _);
        bench.Read(0, 64 * Region);
        var payload = new byte[512];
        byte[][] script = [Words.Hello, Words.Go(), .. Enumerable.Range(0, requests).SelectMany(i => new[]
        {
            Words.Request(NbdCommand.Read, i % 60 * Region + 5, 4096, (ulong)i),
            Words.Request(NbdCommand.Write, i % 60 * Region + 7, 512, (ulong)i, payload: payload),
        })];
        var bytes = script.SelectMany(part => part).ToArray();
        using var channel = new CountingChannel(bytes);
        using var pool = new BufferPool();
        using var connection = new NbdConnection(channel, bench.Clone, pool, ExportSecurity.None);
        connection.Run();
        Assert.True(channel.Allocated is >= 0 and < 2000, $"{channel.Allocated} bytes for {requests} reads and writes");
        Assert.True(channel.Sent > requests * 4096);
    }

    private static byte[] Ack()
    {
        var bytes = new byte[NbdOptionReply.Size];
        new NbdOptionReply(NbdOption.Go, NbdOptionReplyType.Ack, 0).Write(bytes);
        return bytes;
    }

    private static byte[] Serve(params byte[][] script)
    {
        using var bench = CloneBench.Make(4, out _);
        return Serve(bench, int.MaxValue, script);
    }

    private static byte[] Serve(CloneBench bench, int most, params byte[][] script)
    {
        using var channel = new ScriptedChannel([.. script.SelectMany(part => part)], most);
        using var pool = new BufferPool();
        using var connection = new NbdConnection(channel, bench.Clone, pool, ExportSecurity.None);
        connection.Run();
        return channel.Answers.ToArray();
    }

    /// <summary>Gives its script out in pieces of 16 KiB, and counts what the thread that reads it allocates from the second tenth on.</summary>
    private sealed class CountingChannel(byte[] script) : IByteChannel
    {
        private const int Piece = 16 * 1024;
        private int _at;
        private long _before = -1;

        public long Allocated { get; private set; } = -1;

        public long Sent { get; private set; }

        public int Receive(Span<byte> buffer)
        {
            if (_before < 0 && _at > script.Length / 10)
            {
                _before = GC.GetAllocatedBytesForCurrentThread();
            }

            var count = Math.Min(Math.Min(buffer.Length, Piece), script.Length - _at);
            if (count == 0 && Allocated < 0)
            {
                Allocated = GC.GetAllocatedBytesForCurrentThread() - _before;
            }

            script.AsSpan(_at, count).CopyTo(buffer);
            _at += count;
            return count;
        }

        public void Send(ReadOnlySpan<byte> bytes) => Sent += bytes.Length;

        public void Shutdown()
        {
        }

        public void Dispose()
        {
        }
    }
}
