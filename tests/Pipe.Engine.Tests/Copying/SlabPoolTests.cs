using Pipe.Linux;

namespace Pipe.Engine.Tests;

public sealed class SlabPoolTests
{
    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Whoever_rents_more_than_there_are_waits_until_one_comes_back()
    {
        using var pool = new SlabPool(2, 4096);
        var first = pool.Rent()!;
        pool.Rent();
        var third = Limit.Of(pool.Rent);
        await Task.Delay(50);
        Assert.False(third.IsCompleted);

        first.Return();

        Assert.Same(first, await third);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Closing_lets_everybody_go_with_nothing_and_slabs_that_are_out_may_still_come_back()
    {
        var pool = new SlabPool(1, 4096);
        var slab = pool.Rent()!;
        var waiting = Enumerable.Range(0, 3).Select(_ => Limit.Of(pool.Rent)).ToArray();

        pool.Dispose();

        Assert.All(await Task.WhenAll(waiting), Assert.Null);
        slab.Payload[4095] = 1;
        slab.Return();
        Assert.Null(pool.Rent());
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Many_threads_never_hold_more_than_there_are_nor_the_same_one()
    {
        const int count = 3;
        using var pool = new SlabPool(count, 4096);
        var held = 0;
        await Task.WhenAll(Enumerable.Range(0, 6).Select(thread => Limit.Of(() =>
        {
            for (var i = 0; i < 2000; i++)
            {
                var slab = pool.Rent()!;
                Assert.InRange(Interlocked.Increment(ref held), 1, count);
                slab.Payload[0] = (byte)thread;
                Thread.Yield();
                Assert.Equal((byte)thread, slab.Payload[0]);
                Interlocked.Decrement(ref held);
                slab.Return();
            }
        })));
    }
}
