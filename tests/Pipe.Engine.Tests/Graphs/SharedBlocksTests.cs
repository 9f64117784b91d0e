using Pipe.Linux;

namespace Pipe.Engine.Tests;

public sealed class SharedBlocksTests
{
    private const int Block = 4096;
    private const int Slabs = 16;

    [Fact(Timeout = Limit.Milliseconds)]
    public Task A_block_is_kept_until_every_copy_has_it() => Limit.Of(() =>
    {
        using var blocks = Make(2, SlowAction.Wait);
        var block = Add(blocks);
        block.Weight = (3, 5);
        Assert.Same(block, Take(blocks, 0));
        Assert.Equal((3, 5), blocks.Acknowledge(0, block.Number));
        Assert.Equal((0, 0), blocks.Acknowledge(0, block.Number));
        Assert.NotNull(block.Slab);
        Assert.Same(block, Take(blocks, 1));
        blocks.Acknowledge(1, block.Number);
        Assert.Null(block.Slab);
        Assert.Null(blocks.Find(block.Number));
        Assert.Equal(1, blocks.Made);
    });

    [Fact(Timeout = Limit.Milliseconds)]
    public Task A_copy_that_leaves_needs_nothing_any_longer() => Limit.Of(() =>
    {
        using var blocks = Make(2, SlowAction.Wait);
        var (first, second) = (Add(blocks), Add(blocks));
        blocks.Acknowledge(0, Take(blocks, 0).Number);
        blocks.Leave(1);
        Assert.Null(first.Slab);
        Assert.NotNull(second.Slab);
        Assert.False(blocks.TryTake(1, out _));
        blocks.Leave(0);
        Assert.Null(second.Slab);
        Assert.Null(blocks.Rent());
    });

    /// <summary>One copy takes nothing: the other continues, in bounded memory, and loses the blocks that it needs last.</summary>
    [Fact(Timeout = Limit.Milliseconds)]
    public Task The_first_copy_never_waits_for_one_that_reads_again() => Limit.Of(() =>
    {
        using var blocks = Make(2, SlowAction.Reread);
        var all = new List<SharedBlock>();
        for (var i = 0; i < 10 * Slabs; i++)
        {
            all.Add(Add(blocks));
            blocks.Acknowledge(0, Take(blocks, 0).Number);
            Assert.InRange(blocks.Made, 1, Slabs);
        }

        // What the slow one takes next is there; what it takes last is gone.
        Assert.All(all.Take(Slabs / 4), block => Assert.NotNull(block.Slab));
        Assert.All(all.Where(block => block.Slab is null), block => Assert.NotNull(block.Recipe));
        Assert.InRange(all.Count(block => block.Slab is not null), Slabs / 2, Slabs);
        var numbers = all.ConvertAll(block => block.Number);
        foreach (var number in numbers)
        {
            Assert.Equal(number, Take(blocks, 1).Number);
            blocks.Acknowledge(1, number);
        }

        Assert.All(numbers, number => Assert.Null(blocks.Find(number)));
    });

    [Fact(Timeout = Limit.Milliseconds)]
    public Task What_was_sent_and_is_not_acknowledged_gives_its_memory_first() => Limit.Of(() =>
    {
        using var blocks = Make(2, SlowAction.Reread);
        var all = Enumerable.Range(0, Slabs - 2).Select(_ => { var block = Add(blocks); Take(blocks, 0); return block; }).ToList();
        for (var i = 0; i < 4; i++)
        {
            Take(blocks, 1);
        }

        for (var i = 0; i < 6; i++)
        {
            Add(blocks);
            Take(blocks, 0);
        }

        Assert.All(all.Take(4), block => Assert.Null(block.Slab));
        Assert.All(all.Skip(4).Take(4), block => Assert.NotNull(block.Slab));
    });

    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_block_that_is_being_sent_keeps_its_slab(bool isPinned)
    {
        using var blocks = Make(2, SlowAction.Reread);
        await Limit.Of(() =>
        {
            var first = Add(blocks);
            Slab? slab = null;
            Take(blocks, 0);
            Take(blocks, 1);
            if (isPinned)
            {
                slab = blocks.Pin(first.Number, out _);
                Assert.NotNull(slab);
            }

            for (var i = 0; i < 2 * Slabs; i++)
            {
                Add(blocks);
                Take(blocks, 0);
            }

            Assert.Equal(isPinned, first.Slab is not null);
            if (isPinned)
            {
                blocks.Unpin(first.Number, slab!);
            }
        });
    }

    /// <summary>Slabs that lanes of stopped receivers send from are not for ever out of reach.</summary>
    [Fact(Timeout = Limit.Milliseconds)]
    public Task Only_half_of_the_slabs_may_be_sent_from_for_long() => Limit.Of(() =>
    {
        using var blocks = Make(1, SlowAction.Reread);
        for (var i = 0; i < Slabs; i++)
        {
            var block = Add(blocks);
            Take(blocks, 0);
            var slab = blocks.Pin(block.Number, out var mayStay);
            Assert.Equal(i < Slabs / 2, mayStay);
            if (!mayStay)
            {
                blocks.Unpin(block.Number, slab!);
            }
        }
    });

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task With_wait_the_first_copy_waits_for_the_last_one()
    {
        using var blocks = Make(2, SlowAction.Wait);
        var reading = Limit.Of(() =>
        {
            for (var i = 0; i < 2 * Slabs; i++)
            {
                Add(blocks);
                blocks.Acknowledge(0, Take(blocks, 0).Number);
            }
        });
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.False(reading.IsCompleted);
        for (var i = 0; i < 2 * Slabs; i++)
        {
            SharedBlock? block = null;
            await Limit.Of(() => SpinWait.SpinUntil(() => blocks.TryTake(1, out block)));
            blocks.Acknowledge(1, block!.Number);
        }

        await reading;
    }

    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData(1, 0)]
    [InlineData(0, 50)]
    public async Task With_drop_the_copy_of_which_least_has_arrived_is_given_up(int seconds, int percent)
    {
        using var blocks = new SharedBlocks(3, Block, Slabs * Block, 1, new SlowPolicy(SlowAction.Drop, seconds, percent));
        var dropped = new List<int>();
        blocks.Dropped += (branch, _) => dropped.Add(branch);
        Array.ForEach([0, 1, 2], blocks.Begin);
        await Limit.Of(() =>
        {
            for (var i = 0; i < 4 * Slabs; i++)
            {
                Add(blocks);

                // The second one has taken as much as the others, and nothing of it arrives.
                Assert.True(blocks.TryTake(1, out _) || dropped.Count > 0);
                foreach (var branch in (int[])[0, 2])
                {
                    blocks.Acknowledge(branch, Take(blocks, branch).Number);
                }
            }
        });
        Assert.Equal([1], dropped);
    }

    /// <summary>Copies of any pace, some of which leave: each gets every block in order, and memory stays within its bound.</summary>
    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Copies_of_any_pace_get_every_block(int seed)
    {
        const int copies = 5;
        const int count = 3000;
        using var blocks = new SharedBlocks(copies, Block, Slabs * Block, 2, new SlowPolicy(SlowAction.Reread)) { RecipeOf = _ => new Nothing() };
        Array.ForEach([0, 1, 2, 3, 4], blocks.Begin);
        var added = 0;
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            while (Interlocked.Increment(ref added) <= count && blocks.Rent() is { } slab)
            {
                blocks.Publish(blocks.Add(slab, Block));
            }
        })).ToList();
        var ends = Task.WhenAll(readers).ContinueWith(_ => blocks.End(), TaskScheduler.Default);
        var takers = Enumerable.Range(0, copies).Select(copy => Task.Run(() =>
        {
            var (random, next, sent) = (new Random(seed * 100 + copy), 0UL, new List<ulong>());
            while (!blocks.IsDone(copy) && (copy != 4 || next < count / 2))
            {
                if (blocks.TryTake(copy, out var block))
                {
                    var number = next++;
                    Assert.Equal(number, block.Number);
                    var slab = blocks.Pin(number, out _);
                    Assert.True(slab is not null || blocks.Find(number)?.Recipe is not null);
                    if (slab is not null)
                    {
                        blocks.Unpin(number, slab);
                    }

                    sent.Add(number);
                }

                if (sent.Count > random.Next(20))
                {
                    var index = random.Next(sent.Count);
                    blocks.Acknowledge(copy, sent[index]);
                    sent.RemoveAt(index);
                }

                if (random.Next(50) < copy)
                {
                    Thread.Sleep(1);
                }
            }

            Assert.InRange(blocks.Made, 0, Slabs);
            blocks.Leave(copy);
            return next;
        })).ToList();
        var taken = await Limit.Of(() => Task.WhenAll(takers).GetAwaiter().GetResult());
        await ends;
        Assert.Equal([count, count, count, count, count / 2], taken.Select(next => (int)next));
        Assert.All(Enumerable.Range(0, count), number => Assert.Null(blocks.Find((ulong)number)));
    }

    private static SharedBlocks Make(int copies, object action)
    {
        var blocks = new SharedBlocks(copies, Block, Slabs * Block, 1, new SlowPolicy((SlowAction)action)) { RecipeOf = _ => new Nothing() };
        for (var copy = 0; copy < copies; copy++)
        {
            blocks.Begin(copy);
        }

        return blocks;
    }

    private static SharedBlock Add(SharedBlocks blocks)
    {
        var block = blocks.Add(blocks.Rent()!, Block);
        blocks.Publish(block);
        return block;
    }

    private static SharedBlock Take(SharedBlocks blocks, int copy)
    {
        Assert.True(blocks.TryTake(copy, out var block));
        return block;
    }

    private sealed class Nothing : BlockRecipe
    {
        public override int Size => 0;

        public override void Read(Span<byte> block)
        {
        }
    }
}
