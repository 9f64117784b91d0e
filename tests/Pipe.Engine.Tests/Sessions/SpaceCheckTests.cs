namespace Pipe.Engine.Tests;

public sealed class SpaceCheckTests
{
    private readonly List<string> _warnings = [];

    [Theory]
    [InlineData(5L << 30, 3L << 30, "far: it may not fit: the source takes 5.0 GiB, the target has 3.0 GiB free")]
    [InlineData(3L << 30, 3L << 30, null)]
    [InlineData(-1, 3, null)]
    [InlineData(3, -1, null)]
    [InlineData(1, 0, "far: it may not fit: the source takes 1 bytes, the target has 0 bytes free")]
    public void It_warns_of_a_target_with_too_little_room(long needed, long free, string? warning)
    {
        var (one, other) = (Make(), Make());
        one.Needs(needed);
        one.Has(free);
        other.Has(free);
        other.Needs(needed);

        Assert.Equal(warning is null ? [] : [warning, warning], _warnings);
    }

    [Fact]
    public void It_warns_once()
    {
        var check = Make();
        check.Has(10);
        check.Needs(20);
        check.Needs(30);
        check.Has(15);

        Assert.Single(_warnings);
    }

    private SpaceCheck Make() => new("far", _warnings.Add);
}
