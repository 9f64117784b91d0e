using System.Net;

namespace Pipe.Engine.Tests;

public sealed class AddressTextTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("255.255.255.255")]
    [InlineData("10.20.3.100")]
    [InlineData("::1")]
    [InlineData("fe80::1%3")]
    [InlineData("::ffff:10.0.0.1")]
    public void An_address_is_read_and_written_as_NET_does(string text)
    {
        var address = AddressText.Parse(text);
        Assert.Equal(IPAddress.Parse(text), address);
        Assert.Equal(text, AddressText.Of(address!));
    }

    [Theory]
    [InlineData("")]
    [InlineData("host")]
    [InlineData("1.2.3.")]
    [InlineData(".1.2.3")]
    [InlineData("1..2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.4a")]
    [InlineData("1.2.3.-4")]
    [InlineData(" 1.2.3.4")]
    [InlineData("010.0.0.1")]
    [InlineData("1.2.3.00")]
    [InlineData("127.1")]
    [InlineData("1.2.3.4294967296")]
    public void What_else_there_is_means_what_NET_says(string text) =>
        Assert.Equal(IPAddress.TryParse(text, out var address) ? address : null, AddressText.Parse(text));
}
