using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees.Tests;

/// <summary>Copies a tree in memory: packed by several threads, unpacked by several threads in an order of chance.</summary>
internal sealed class TreeCopy
{
    private const int Threads = 3;

    public Ear Source { get; } = new();

    public Ear Target { get; } = new();

    public Tally SourceTally { get; } = new();

    public Tally TargetTally { get; } = new();

    /// <summary>Called when a block is packed, before anything is unpacked.</summary>
    public Action<byte[]> Packed { get; init; } = _ => { };

    public int Seed { get; init; } = 1;

    /// <summary>Bytes of a block.</summary>
    public int Room { get; init; } = Defaults.Block;

    public void Run(Resource from, Resource to)
    {
        using var sink = new TreeSink(to.WithContentsOf(from), null, TargetTally, Target.Trouble, _ => { });
        Unpack(sink, Pack(from, from.Flags.HasFlag(TreeFlags.Resume) ? sink : null));
        sink.Commit(0);
    }

    public List<byte[]> Pack(Resource from, ISink? target = null)
    {
        using var source = new TreeSource(from, new SourceNews(SourceTally, Source));
        Tell(source, target);
        var blocks = new List<byte[]>();
        InParallel(() =>
        {
            using var slab = new Slab(Room);
            for (int length; (length = source.Read(slab.Payload[..Room])) > 0;)
            {
                var block = slab.Payload[..length].ToArray();
                lock (blocks)
                {
                    blocks.Add(block);
                    Packed(block);
                }
            }
        });
        source.Finish();
        return blocks;
    }

    public void Unpack(ISink sink, IReadOnlyList<byte[]> blocks)
    {
        var shuffled = blocks.ToArray();
        new Random(Seed).Shuffle(shuffled);
        var next = -1;
        InParallel(() =>
        {
            for (int mine; (mine = Interlocked.Increment(ref next)) < shuffled.Length;)
            {
                sink.Write(shuffled[mine], 0);
            }
        });
    }

    /// <summary>What the target has goes to the source as it would over the wire.</summary>
    private static void Tell(TreeSource source, ISink? target)
    {
        if (source.Inventory is null)
        {
            return;
        }

        if (target is not null)
        {
            using var taker = target.Inventory(Want.Read(Bytes(new Want(1, source.Wanted))).Names.Split('\0'))!;
            var buffer = new byte[128 * 1024];
            for (int length; (length = taker.Read(buffer)) > 0;)
            {
                source.Inventory.TryAdd(buffer.AsSpan(0, length));
            }
        }

        source.Inventory.TryAdd([]);
    }

    private static byte[] Bytes(Want want)
    {
        var to = new WireWriter();
        want.Write(to);
        return to.Written.ToArray();
    }

    private static void InParallel(Action work) => Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Limit.Of(work))).GetAwaiter().GetResult();
}
