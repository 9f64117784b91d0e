using Pipe.Engine;
using Pipe.Engine.Tests;
using Pipe.Protocol;

namespace Pipe.Nbd.Tests;

/// <summary>The memory for the requests of all connections.</summary>
public sealed class PoolTests
{
    private const int Region = 4096;

    [Fact]
    public void There_are_48_mebibytes()
    {
        const int all = 48 << 20;
        Assert.Equal(all, BufferPool.SmallCount * BufferPool.Small + BufferPool.LargeCount * BufferPool.Large);
    }

    /// <summary>The payload of the first request is not read before there is a buffer for it.</summary>
    [Theory]
    [InlineData(Region)]
    [InlineData(BufferPool.Large)]
    [InlineData(2 * BufferPool.Large)]
    public void Without_a_buffer_nothing_is_read_from_the_socket(int length)
    {
        using var bench = CloneBench.Make(1024, out _);
        using var pool = new BufferPool();
        var taken = TakeAll(pool);
        byte[][] script = [Words.Hello, Words.Go(), Words.Request(NbdCommand.Write, 0, (uint)length, payload: new byte[length])];
        using var channel = new ScriptedChannel([.. script.SelectMany(part => part)], most: 1);
        var read = 0;
        channel.Receiving = at => Interlocked.Exchange(ref read, at + 1);
        var client = new Thread(() =>
        {
            using var connection = new NbdConnection(channel, bench.Clone, pool, ExportSecurity.None);
            connection.Run();
        });
        client.Start();
        var beforePayload = script[0].Length + script[1].Length + NbdRequest.Size;
        SpinWait.SpinUntil(() => !client.IsAlive || (client.ThreadState.HasFlag(ThreadState.WaitSleepJoin) && Volatile.Read(ref read) >= beforePayload));
        Assert.Equal(beforePayload, Volatile.Read(ref read));
        Assert.Equal(0, bench.Map.Hydrated);
        taken.ForEach(static slab => slab.Return());
        client.Join();
        Assert.Equal(length / Region, bench.Map.Hydrated);
    }

    [Fact]
    public void Every_request_returns_its_buffer()
    {
        using var done = new ManualResetEventSlim();
        DataThread.Start("requests", () =>
        {
            Play();
            done.Set();
        });
        Assert.True(done.Wait(TimeSpan.FromMinutes(3)), "a request waits for a buffer that was not returned");
    }

    private static void Play()
    {
        using var bench = CloneBench.Make(1024, out _);
        using var pool = new BufferPool();
        for (var round = 0; round < BufferPool.LargeCount + 1; round++)
        {
            const int length = BufferPool.Large;
            Session.Answers(
                bench,
                pool,
                Words.Request(NbdCommand.Write, 5, length, payload: new byte[length]),
                Words.Request(NbdCommand.Write, 5, 2 * length, payload: new byte[2 * length]),
                Words.Request(NbdCommand.Write, 4 << 20, length, payload: new byte[length]),
                Words.Request(NbdCommand.Read, 3 << 20, length - 1),
                Words.Request(NbdCommand.Read, 0, 3 * length),
                Words.Request(NbdCommand.Write, 0, length, payload: new byte[10]));
        }

        TakeAll(pool).ForEach(static slab => slab.Return());
    }

    /// <summary>Waits for ever if one is missing.</summary>
    private static List<Pipe.Linux.Slab> TakeAll(BufferPool pool) =>
    [
        .. Enumerable.Range(0, BufferPool.SmallCount).Select(_ => pool.Rent(1)),
        .. Enumerable.Range(0, BufferPool.LargeCount).Select(_ => pool.Rent(BufferPool.Large)),
    ];
}
