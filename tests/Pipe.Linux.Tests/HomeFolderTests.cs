namespace Pipe.Linux.Tests;

public sealed class HomeFolderTests
{
    private static readonly string Home = Environment.GetEnvironmentVariable("HOME")!;

    [Fact]
    public void A_tilde_is_the_home_directory()
    {
        Assert.Equal(Home, HomeFolder.Expand("~"));
        Assert.Equal(Home + "/x*y", HomeFolder.Expand("~/x*y"));
        Assert.Equal("/", HomeFolder.Expand("~bin/")?[..1]);
    }

    [Theory]
    [InlineData("/a/~")]
    [InlineData("a~")]
    [InlineData("./~root")]
    [InlineData("")]
    public void Elsewhere_it_is_a_character_like_any_other(string path) => Assert.Equal(path, HomeFolder.Expand(path));

    [Theory]
    [InlineData("~nobody-of-that-name")]
    [InlineData("~nobody-of-that-name/x")]
    [InlineData("~*")]
    [InlineData("~ro\\ot")]
    public void Who_is_not_there_has_none(string path) => Assert.Null(HomeFolder.Expand(path));

    [Fact]
    public void A_name_with_a_NUL_in_it_is_none() => Assert.Throws<LinuxException>(() => HomeFolder.Expand("~a\0b"));
}
