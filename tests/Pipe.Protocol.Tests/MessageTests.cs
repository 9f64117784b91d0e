namespace Pipe.Protocol.Tests;

public sealed class MessageTests
{
    /// <summary>Code that is generic over classes and asks them for their type cannot be compiled in advance.</summary>
    [Fact]
    public void Every_message_is_a_struct() =>
        Assert.Empty(typeof(Offer).Assembly.GetTypes()
            .Where(type => type is { IsInterface: false, IsValueType: false } && type.GetInterfaces().Any(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IMessage<>))));

    [Theory]
    [InlineData("0123456789abcdef00000000000000ff", true)]
    [InlineData("0123456789abcdef00000000000000f", false)]
    [InlineData("0123456789abcdef00000000000000ff0", false)]
    [InlineData("0123456789abcdef 0000000000000ff", false)]
    [InlineData("", false)]
    public void A_digest_of_a_stream_has_32_digits(string text, bool isOne)
    {
        Assert.Equal(isOne, WideDigest.TryParse(text, out var digest));
        Assert.Equal(isOne ? text : new string('0', 32), digest.ToString());
    }
}
