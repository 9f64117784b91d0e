using System.Runtime.CompilerServices;

namespace Pipe.Linux.Tests;

public sealed class SlabPoolTests
{
    private const int Capacity = 8192;

    [Fact]
    public async Task Renting_waits_at_the_limit_until_one_comes_back()
    {
        using var pool = new SlabPool(3, Capacity);
        var rented = Enumerable.Range(0, 3).Select(_ => pool.Rent()!).ToList();
        Assert.Equal(3, rented.Distinct().Count());
        var waits = Waiting.Start(pool.Rent);
        await waits.StillWaits();
        pool.Return(rented[1]);
        Assert.Same(rented[1], await waits.Soon());
    }

    [Fact]
    public async Task Closing_the_pool_lets_everybody_go_with_nothing()
    {
        var pool = new SlabPool(1, Capacity);
        var rented = pool.Rent()!;
        var waits = Enumerable.Range(0, 4).Select(_ => Waiting.Start(pool.Rent)).ToList();
        await Task.WhenAll(waits.Select(one => one.StillWaits()));
        pool.Dispose();
        Assert.All(await Task.WhenAll(waits).Soon(), Assert.Null);
        Assert.Null(pool.Rent());
        rented.Return(); // freed, not kept
        Assert.Null(pool.Rent());
    }

    [Fact]
    public void A_slab_goes_back_to_the_pool_it_came_from()
    {
        using var pool = new SlabPool(1, Capacity);
        var slab = pool.Rent()!;
        slab.Return();
        Assert.Same(slab, pool.Rent());
    }

    [Fact]
    public async Task Many_threads_share_few_slabs_and_none_has_anothers()
    {
        using var pool = new SlabPool(3, Capacity);
        var threads = Enumerable.Range(1, 8).Select(mark => Waiting.Start(() =>
        {
            for (var i = 0; i < 2000; i++)
            {
                var slab = pool.Rent()!;
                slab.Payload.Fill((byte)mark);
                Thread.Yield();
                if (slab.Payload.ContainsAnyExcept((byte)mark))
                {
                    return false;
                }

                slab.Return();
            }

            return true;
        }));
        Assert.All(await Task.WhenAll(threads).Soon(), Assert.True);
    }

    [Fact]
    public unsafe void The_payload_is_page_aligned_and_the_header_stands_right_in_front_of_it()
    {
        using var slab = new Slab(Capacity);
        Assert.Equal(Capacity, slab.Payload.Length);
        Assert.Equal(0, (nint)Unsafe.AsPointer(ref slab.Payload[0]) % 4096);
        var framed = slab.Framed(80, 100);
        Assert.Equal(180, framed.Length);
        Assert.True(Unsafe.AreSame(ref framed[80], ref slab.Payload[0]));
        framed.Fill(9);
        Assert.Equal(9, slab.Payload[99]);
        Assert.Equal(0, slab.Payload[100]);
        slab.Payload[Capacity - 1] = 1;
        var whole = slab.Framed(84, Capacity, tail: 16);
        Assert.Equal(84 + Capacity + 16, whole.Length);
        whole.Fill(5);
        Assert.Equal(5, slab.Payload[Capacity - 1]);
    }

    [Fact]
    public void A_slab_that_cannot_be_had_is_an_error_and_not_counted()
    {
        using var impossible = new SlabPool(1, -8192);
        Assert.Throws<LinuxException>(impossible.Rent);
        Assert.Throws<LinuxException>(impossible.Rent); // not a wait for one that was never made
    }
}
