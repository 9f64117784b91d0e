using FsCheck;
using FsCheck.Fluent;
using Pipe.Engine;

namespace Pipe.Tests;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 1)]
    [InlineData("4k", 4096)]
    [InlineData("4K", 4096)]
    [InlineData("8m", 8 << 20)]
    [InlineData("3G", 3L << 30)]
    [InlineData("2t", 2L << 40)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("8388607t", 8388607L << 40)]
    public void A_size_is_digits_with_perhaps_a_unit(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out var parsed));
        Assert.Equal(bytes, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("k")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1 k")]
    [InlineData("1kb")]
    [InlineData("1.5g")]
    [InlineData("0x10")]
    [InlineData("1p")]
    [InlineData("9223372036854775808")]
    [InlineData("8388608t")]
    [InlineData("9007199254740992k")]
    [InlineData("99999999999999999999999")]
    public void Anything_else_is_not_a_size(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1023, "1023")]
    [InlineData(1024, "1k")]
    [InlineData(1536 << 10, "1536k")]
    [InlineData(1L << 40, "1t")]
    [InlineData(1L << 50, "1024t")]
    public void It_is_printed_as_short_as_it_goes(long bytes, string text) => Assert.Equal(text, ByteSize.Print(bytes));

    [Fact]
    public void What_is_printed_reads_back_as_the_same_number() =>
        Prop.ForAll(
            Gen.Choose(0, int.MaxValue).SelectMany(number => Gen.Choose(0, 32).Select(shift => (long)number << shift)).ToArbitrary(),
            bytes => ByteSize.TryParse(ByteSize.Print(bytes), out var parsed) && parsed == bytes).QuickCheckThrowOnFailure();
}
