using FsCheck;
using FsCheck.Fluent;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

public sealed class RangeLedgerTests
{
    private const int Size = 40;

    private static Arbitrary<(int Start, int Length)[]> Ranges { get; } =
        (from start in Gen.Choose(0, Size - 1)
         from length in Gen.Choose(1, 8)
         select (start, Math.Min(length, Size - start))).ArrayOf().ToArbitrary();

    [Fact]
    public void It_agrees_with_a_bitmap() => Prop.ForAll(Ranges, ranges =>
    {
        var ledger = new RangeLedger();
        var bits = new bool[Size];
        foreach (var (start, length) in ranges)
        {
            var there = bits.AsSpan(start, length).Count(true);
            if (there > 0 && there < length)
            {
                Assert.Throws<ProtocolException>(() => ledger.TryAdd(start, length));
            }
            else
            {
                Assert.Equal(there == 0, ledger.TryAdd(start, length));
                bits.AsSpan(start, length).Fill(true);
            }

            AssertSame(bits, ledger);
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Stretches_that_meet_become_one_in_whatever_order_they_come()
    {
        var ledger = new RangeLedger();

        Assert.True(ledger.TryAdd(20, 10));
        Assert.True(ledger.TryAdd(0, 10));
        Assert.False(ledger.Covers(30));
        Assert.True(ledger.TryAdd(10, 10));

        Assert.True(ledger.Covers(30));
        Assert.False(ledger.TryAdd(5, 20));
    }

    [Fact]
    public void A_stretch_that_is_there_in_part_is_refused_and_says_where()
    {
        var ledger = new RangeLedger();
        ledger.TryAdd(10, 10);

        Assert.Contains("10", Assert.Throws<ProtocolException>(() => ledger.TryAdd(0, 11)).Message, StringComparison.Ordinal);
        Assert.Throws<ProtocolException>(() => ledger.TryAdd(19, 2));
        Assert.Throws<ProtocolException>(() => ledger.TryAdd(0, 100));
    }

    [Fact]
    public void An_empty_object_is_covered_by_nothing()
    {
        var ledger = new RangeLedger();
        Assert.True(ledger.Covers(0));
        Assert.False(ledger.Covers(1));

        ledger.TryAdd(0, 1);
        Assert.False(ledger.Covers(0));
    }

    [Fact]
    public void The_largest_offsets_there_are_can_be_noted()
    {
        var ledger = new RangeLedger();

        Assert.True(ledger.TryAdd(long.MaxValue - 5, 5));
        Assert.False(ledger.TryAdd(long.MaxValue - 1, 1));
        Assert.True(ledger.TryAdd(0, long.MaxValue - 5));
        Assert.True(ledger.Covers(long.MaxValue));
    }

    private static void AssertSame(bool[] bits, RangeLedger ledger)
    {
        var last = Array.LastIndexOf(bits, true);
        for (var size = 0; size <= Size; size++)
        {
            Assert.Equal(bits.AsSpan(0, size).IndexOf(false) < 0 && last < size, ledger.Covers(size));
        }
    }
}
