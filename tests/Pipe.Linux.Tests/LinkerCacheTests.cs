namespace Pipe.Linux.Tests;

public sealed class LinkerCacheTests
{
    [Theory]
    [InlineData("libc.so.6", true)]
    [InlineData("libc.so", false)]
    [InlineData("ibc.so.6", false)]
    [InlineData("libnothing.so.1", false)]
    [InlineData("", false)]
    public void A_library_is_there_under_its_whole_name(string library, bool isThere) => Assert.Equal(isThere, LinkerCache.Has(library));
}
