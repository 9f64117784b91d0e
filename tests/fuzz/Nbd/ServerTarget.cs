using Pipe.Engine;
using Pipe.Engine.Tests;
using Pipe.Nbd;
using Pipe.Nbd.Tests;
using Pipe.Protocol;

namespace Pipe.Fuzz.Nbd;

/// <summary>
/// The NBD server, fed with options and requests, some of them spoilt: each session ends, every buffer is returned, and an intact client reads
/// the bytes of the source.
/// </summary>
internal sealed class ServerTarget : ITarget
{
    private const int Region = 4096;
    private const int Regions = 32;
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(20);

    private static readonly NbdOption[] Options =
        [NbdOption.Abort, NbdOption.List, NbdOption.StartTls, NbdOption.Info, NbdOption.Go, NbdOption.StructuredReply, NbdOption.ListMetaContext, NbdOption.SetMetaContext, (NbdOption)77];

    public string Name => "nbd";

    public int AtOnce => 1;

    public void Play(Random random, Log log)
    {
        using var bench = CloneBench.Make(Regions, out var source, Region, shorter: random.Next(2) * 1000);
        using var pool = new BufferPool();
        var isIntact = random.Next(2) == 0;
        var shadow = source.ToArray();
        var reads = new Dictionary<ulong, byte[]>();
        var script = isIntact ? Intact(random, shadow, reads) : Spoilt(random, log);
        var channel = new MemoryChannel(script, random.Next());
        Serve(channel, bench, pool);
        CheckPool(pool);
        if (isIntact)
        {
            Compare(channel.Sent, reads);
        }
    }

    private static void Serve(MemoryChannel channel, CloneBench bench, BufferPool pool)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var connection = new NbdConnection(channel, bench.Clone, pool, ExportSecurity.None);
                connection.Run();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        if (!thread.Join(AtMost))
        {
            throw new Finding("an NBD session that does not end");
        }

        if (failure is not null)
        {
            throw new Finding("an exception of an NBD session", failure);
        }
    }

    /// <summary>A buffer that a session has kept would be missing here.</summary>
    private static void CheckPool(BufferPool pool)
    {
        var all = new List<Pipe.Linux.Slab>();
        var renting = DataThread.Start("rent", () =>
        {
            for (var i = 0; i < BufferPool.LargeCount; i++)
            {
                all.Add(pool.Rent(BufferPool.Large));
            }

            for (var i = 0; i < BufferPool.SmallCount; i++)
            {
                all.Add(pool.Rent(1));
            }
        });
        if (!renting.Join(AtMost))
        {
            throw new Finding("an NBD session that kept a buffer");
        }

        all.ForEach(static slab => slab.Return());
    }

    /// <summary>Reads and writes of a client that keeps to the protocol.</summary>
    private static byte[] Intact(Random random, byte[] shadow, Dictionary<ulong, byte[]> reads)
    {
        List<byte> script = [.. Words.Hello, .. Words.Go()];

        // Requests in flight together may be carried out in any order, so none overlaps another: each has a part of the export of its own.
        var parts = Enumerable.Range(0, 64).OrderBy(_ => random.Next()).ToArray();
        var size = shadow.Length / parts.Length;
        ulong cookie = 0;
        foreach (var part in parts)
        {
            cookie++;
            var start = part * size + random.Next(size / 2);
            var length = 1 + random.Next(size / 2);
            if (random.Next(2) == 0)
            {
                reads[cookie] = shadow.AsSpan(start, length).ToArray();
                script.AddRange(Words.Request(NbdCommand.Read, start, (uint)length, cookie));
            }
            else
            {
                script.AddRange(Request(random.Next(3) == 0 ? NbdCommand.Cache : NbdCommand.Write, start, (uint)length, cookie, Mutator.RandomBytes(random, length)));
            }
        }

        return [.. script];
    }

    private static void Compare(byte[] sent, Dictionary<ulong, byte[]> reads)
    {
        var at = NbdGreeting.Size;
        while (NbdOptionReply.Read(sent.AsSpan(at)) is var reply)
        {
            at += NbdOptionReply.Size + (int)reply.Length;
            if (reply.Type == NbdOptionReplyType.Ack)
            {
                break;
            }
        }

        var replies = 0;
        while (at < sent.Length)
        {
            var reply = NbdSimpleReply.Read(sent.AsSpan(at));
            at += NbdSimpleReply.Size;
            replies++;
            if (reply.Error != NbdError.None)
            {
                throw new Finding($"request {reply.Cookie} failed: {reply.Error}");
            }

            if (reads.Remove(reply.Cookie, out var expected))
            {
                if (!sent.AsSpan(at, expected.Length).SequenceEqual(expected))
                {
                    throw new Finding($"read {reply.Cookie} returns other bytes than the export has");
                }

                at += expected.Length;
            }
        }

        if (reads.Count > 0)
        {
            throw new Finding($"{reads.Count} reads without a reply, after {replies} replies");
        }
    }

    private static byte[] Spoilt(Random random, Log log)
    {
        var script = new List<byte>([0, 0, 0, (byte)random.Next(4)]);
        for (var count = random.Next(8); count > 0; count--)
        {
            Add(script, Words.Option(Options[random.Next(Options.Length)], Data(random)), random, log);
        }

        Add(script, Words.Option(random.Next(4) == 0 ? NbdOption.ExportName : NbdOption.Go, random.Next(4) == 0 ? [] : new NbdGo("", [NbdInfo.BlockSize]).Write()), random, log);
        for (var count = random.Next(40); count > 0; count--)
        {
            var length = (uint)(random.Next(10) == 0 ? random.Next() : random.Next(3 * Region));
            var offset = random.Next(10) == 0 ? random.NextInt64(-5, long.MaxValue) : random.Next(Regions * Region);
            var command = (NbdCommand)random.Next(random.Next(10) == 0 ? ushort.MaxValue : 9);
            Add(script, Request(command, offset, length, (ulong)count, Mutator.RandomBytes(random, (int)Math.Min(length, 3 * Region)), (NbdCommandFlags)random.Next(32)), random, log);
        }

        return [.. script];
    }

    private static void Add(List<byte> script, byte[] bytes, Random random, Log log)
    {
        var said = random.Next(12) == 0 ? Mutator.FlipBit(bytes, random) : bytes;
        log.Add(Convert.ToHexString(said));
        script.AddRange(said);
    }

    private static byte[] Data(Random random) => random.Next(4) switch
    {
        0 => new NbdGo(random.Next(2) == 0 ? "" : "x", [NbdInfo.Name, NbdInfo.BlockSize, NbdInfo.Description]).Write(),
        1 => new NbdMetaQueries("", ["base:allocation", "qemu:", "x-lazyclone:hydrated"]).Write(),
        2 => Mutator.RandomBytes(random, random.Next(100)),
        _ => [],
    };

    /// <summary>A request; only a write carries the bytes.</summary>
    private static byte[] Request(NbdCommand command, long offset, uint length, ulong cookie, byte[] bytes, NbdCommandFlags flags = NbdCommandFlags.None) =>
        Words.Request(command, offset, length, cookie, flags, command == NbdCommand.Write ? bytes : null);
}
