using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

/// <summary>The blocks of a chain in one process: over links that break and damage blocks, and with parents that change, no byte is left out.</summary>
public sealed class ChainFlowTests
{
    private const int Block = Limits.MinBlock;
    private const int Blocks = 300;

    [Theory(Timeout = Limit.Milliseconds)]
    [MemberData(nameof(Seeds))]
    public async Task Every_byte_arrives_whatever_breaks(int seed)
    {
        var random = new Random(seed);
        var (bytes, holes) = MemoryFile.Make(random, (Blocks * Block) - random.Next(Block), 3);
        ISource source = random.Next(2) == 0 ? new MemoryFile(bytes, holes) : new MemoryStreamSource(bytes, new Random(seed), 3 * Block, 1);
        var terms = new ChainTerms { Block = Block, Memory = 64 * Block, SourceObserver = Unobserved.Instance };
        var end = new TaskCompletionSource<End>();
        using var head = new ChainSource(source, DigestKind.XxHash3, terms, e => end.TrySetException(e), end.SetResult);
        var nodes = Enumerable.Range(0, 4).Select(number => new Node(bytes.Length, present: number == 2 ? Mangled(bytes, random) : [])).ToList();
        var links = new Link?[nodes.Count];
        head.Start();
        var told = false;
        var finished = await Limit.Until(() =>
        {
            for (var node = 0; node < nodes.Count; node++)
            {
                if (links[node] is null or { HasEnded: true })
                {
                    var parent = random.Next(3) == 0 ? random.Next(-1, node) : node - 1;
                    links[node] = new Link(node, parent < 0 ? head.Blocks : nodes[parent].Blocks, nodes[node], WeatherOf(random));
                }
                else if (random.Next(200) == 0)
                {
                    links[node]!.Break();
                }
            }

            if (end.Task.IsCompleted && !told)
            {
                told = true;
                nodes.ForEach(node => node.Expect(end.Task.Result));
            }

            return nodes.TrueForAll(node => node.Inbox.Complete.IsCompleted);
        });
        Assert.True(finished, $"seed {seed}: {string.Join(", ", nodes.Select(node => node.Blocks.Stored))} of {bytes.Length}");
        foreach (var node in nodes)
        {
            await node.Inbox.Complete;
            Assert.True(bytes.AsSpan().SequenceEqual(node.Bytes), $"seed {seed}: other bytes");
        }

        Array.ForEach(links, link => link!.Dispose());
        nodes.ForEach(node => node.Dispose());
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public Task A_block_that_changes_before_it_is_read_again_is_not_sent() => Limit.Of(() =>
    {
        var bytes = new byte[100 * Block];
        new Random(1).NextBytes(bytes);
        var terms = new ChainTerms { Block = Block, Memory = 8 * Block, SourceObserver = Unobserved.Instance };
        using var ended = new ManualResetEventSlim();
        using var head = new ChainSource(new MemoryFile(bytes, []), DigestKind.XxHash3, terms, _ => { }, _ => ended.Set());
        using (var first = new Node(bytes.Length, []))
        using (new Link(0, head.Blocks, first, new Weather(1)))
        {
            head.Start();
            ended.Wait();
            Assert.True(Limit.Until(() => first.Blocks.Stored == bytes.Length).GetAwaiter().GetResult());
        }

        bytes[10 * Block] ^= 1;
        using var second = new Node(bytes.Length, []);
        using var link = new Link(1, head.Blocks, second, new Weather(2));
        Assert.True(Limit.Until(() => link.Fault is not null).GetAwaiter().GetResult());
        Assert.Equal($"the source changed while it was copied: the block at {10 * Block} was read for the second time", link.Fault!.Message);
        Assert.InRange(second.Blocks.Stored, 0, 10 * Block);
    });

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 24)];

    /// <summary>The bytes of an earlier run: some blocks are other ones, and the end is missing.</summary>
    private static byte[] Mangled(byte[] bytes, Random random)
    {
        var present = bytes[..(bytes.Length / 2)];
        for (var i = 0; i < 10; i++)
        {
            present[random.Next(present.Length)] ^= 0x55;
        }

        return present;
    }

    private static Weather WeatherOf(Random random) => new(
        random.Next(),
        Capacity: 1 + random.Next(8),
        BreakAfterBlocks: random.Next(2) == 0 ? -1 : 1 + random.Next(Blocks),
        DeliversAfterBreak: random.Next(2) == 0,
        DamagePercent: random.Next(3),
        LagPercent: random.Next(10),
        IsShuffled: random.Next(2) == 0);

    private sealed class Link : IDisposable
    {
        private readonly MemoryLink _link;
        private readonly ChainOutbox _outbox;
        private readonly LaneReceiver _receiver;
        private volatile bool _hasEnded;

        public Link(int number, ChainBlocks parent, Node child, Weather weather)
        {
            _link = new MemoryLink(number + 1, weather);
            var cursor = new ChainCursor();
            child.Held().ForEach(range => cursor.Add(range, Block));
            _outbox = new ChainOutbox(parent, cursor);
            _receiver = new LaneReceiver(_link.Receiver, child.Inbox, new ReceiverTerms(DigestKind.XxHash3, child.Slabs, 1, child.Tally), e => Fault = e, (_, _) => { });
            _receiver.Start();
            parent.Add(cursor);
            new LaneSender(_link.Sender, _outbox, new SenderTerms(Block, DigestKind.XxHash3, new Pace(0), new Tally()), e => Fault = e, (_, _) => _hasEnded = true).Start();
        }

        public bool HasEnded => _hasEnded;

        public Exception? Fault { get; private set; }

        public void Break()
        {
            _link.Break();
            _outbox.Wake();
        }

        public void Dispose()
        {
            _outbox.Close();
            Break();
        }
    }

    private sealed class Node : ISink, IBlockReader, IDisposable
    {
        private readonly int _present;

        public Node(int size, byte[] present)
        {
            Bytes = new byte[size];
            present.CopyTo(Bytes, 0);
            _present = present.Length;
            Slabs = new SlabPool(24, Block);
            Blocks = new ChainBlocks(Block, DigestKind.XxHash3, Slabs, reserve: 8) { Reader = this, Differs = offset => new Failure(ExitCode.Integrity, $"other bytes at {offset}") };
            Inbox = new ChainInbox(Blocks, this, this, Tally);
        }

        public byte[] Bytes { get; }

        public SlabPool Slabs { get; }

        public ChainBlocks Blocks { get; }

        public ChainInbox Inbox { get; }

        public Tally Tally { get; } = new();

        public bool IsOrdered => false;

        public List<HeldRange> Held()
        {
            var held = Blocks.Held();
            if (_present > 0)
            {
                held.Add(new HeldRange(HeldKind.Present, 0, _present));
            }

            return held;
        }

        public void Expect(End end)
        {
            Blocks.End(end.Size);
            Inbox.Expect(end);
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset) => bytes.CopyTo(Bytes.AsSpan((int)offset));

        public void Hole(long offset, long length) => Bytes.AsSpan((int)offset, (int)length).Clear();

        public void Read(Span<byte> buffer, long offset) => Bytes.AsSpan((int)offset, buffer.Length).CopyTo(buffer);

        public void Commit(long size)
        {
        }

        public void Abort()
        {
        }

        public void Dispose()
        {
            Blocks.Close();
            Slabs.Dispose();
        }
    }
}
