using FsCheck;
using FsCheck.Fluent;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

public sealed class PatternTests
{
    private const int Size = 20_000;

    private static Arbitrary<(int Start, int Length)> Stretches { get; } =
        (from start in Gen.Choose(0, Size - 1)
         from length in Gen.Choose(0, Size - start)
         select (start, length)).ToArbitrary();

    [Fact]
    public void Any_stretch_of_it_is_the_same_whether_filled_alone_or_with_the_rest()
    {
        const long far = 1L << 40;
        var near = Filled(Size, 0);
        var distant = Filled(Size, far);
        Prop.ForAll(Stretches, stretch =>
        {
            Assert.Equal(near[stretch.Start..(stretch.Start + stretch.Length)], Filled(stretch.Length, stretch.Start));
            Assert.Equal(distant[stretch.Start..(stretch.Start + stretch.Length)], Filled(stretch.Length, far + stretch.Start));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_pattern_has_no_fault_wherever_the_check_begins() => Prop.ForAll(
        Stretches,
        stretch => Assert.Equal(-1, Pattern.FindFault(Filled(stretch.Length, stretch.Start), stretch.Start))).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_flipped_byte_is_found_where_it_is()
    {
        const int start = 3;
        var bytes = Filled(9000, start);
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 0x40;
            Assert.Equal(start + i, Pattern.FindFault(bytes, start));
            bytes[i] ^= 0x40;
        }
    }

    [Fact]
    public void Bytes_at_another_place_than_their_own_are_a_fault()
    {
        var bytes = Filled(4096, 0);

        Assert.InRange(Pattern.FindFault(bytes, 4096), 4096, 4103);
        Assert.InRange(Pattern.FindFault(bytes, 1), 1, 20);
    }

    [Fact]
    public void Its_sink_takes_nothing_else()
    {
        using var sink = new PatternSink();
        sink.Write(Filled(100, 50), 50);

        Assert.Equal(ExitCode.Integrity, Assert.Throws<Failure>(() => sink.Write(new byte[100], 50)).Code);
        Assert.Equal(ExitCode.Integrity, Assert.Throws<Failure>(() => sink.Hole(0, 1)).Code);
    }

    private static byte[] Filled(int length, long offset)
    {
        var bytes = new byte[length];
        Pattern.Fill(bytes, offset);
        return bytes;
    }
}
