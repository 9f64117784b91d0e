namespace Pipe.Nbd.Tests;

/// <summary>The map of the holes of a source.</summary>
public sealed class HoleTests
{
    private const int Block = 64 << 10;

    [Fact]
    public void Only_blocks_that_are_holes_as_a_whole_count()
    {
        var holes = new NbdHoles(10 * Block + 5);
        holes.Add(Block + 1, 3 * Block);
        Assert.False(holes.IsZero(Block, 100, out var run));
        Assert.Equal(100, run);
        Assert.True(holes.IsZero(2 * Block + 7, 5 * Block, out run));
        Assert.Equal(2 * Block - 7, run);
        Assert.False(holes.IsZero(0, 10 * Block, out run));
        Assert.Equal(2 * Block, run);
    }

    [Fact]
    public void The_short_last_block_is_one()
    {
        var holes = new NbdHoles(2 * Block + 5);
        holes.Add(2 * Block, 5);
        Assert.True(holes.IsZero(2 * Block, 5, out var run));
        Assert.Equal(5, run);
        holes.Add(0, 100);
        Assert.False(holes.IsZero(0, 100, out _));
    }

    [Fact]
    public void The_map_of_the_largest_source_is_small()
    {
        var holes = new NbdHoles(1L << 60);
        holes.Add(0, 1L << 60);
        Assert.True(holes.IsZero(12345, 1L << 59, out var run));
        Assert.Equal(1L << 59, run);
    }
}
