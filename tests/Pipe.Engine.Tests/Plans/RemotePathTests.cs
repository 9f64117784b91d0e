namespace Pipe.Engine.Tests.Plans;

/// <summary>The form [user@]host:path, by the rule of scp's colon().</summary>
public sealed class RemotePathTests
{
    [Theory]
    [InlineData("h:p", null, "h", "p")]
    [InlineData("h:", null, "h", "")]
    [InlineData(":p", null, "", "p")]
    [InlineData("u@h:p:q@r", "u", "h", "p:q@r")]
    [InlineData("u@v@h:/p", "u@v", "h", "/p")]
    [InlineData("@h:p", "", "h", "p")]
    [InlineData("[::1]:p", null, "::1", "p")]
    [InlineData("u@[fe80::1%eth0]:p", "u", "fe80::1%eth0", "p")]
    [InlineData("a:b@[c]:d", null, "a", "b@[c]:d")]
    public void A_colon_before_the_first_slash_ends_the_host(string word, string? user, string host, string path) =>
        Assert.Equal(new RemotePath(user, host, path), RemotePath.Find(word));

    [Theory]
    [InlineData("")]
    [InlineData("p")]
    [InlineData("./h:p")]
    [InlineData("/a:b")]
    [InlineData("u@h/x:y")]
    [InlineData("[::1")]
    [InlineData("[::1/]:p")]
    public void Any_other_word_is_a_local_path(string word) => Assert.Null(RemotePath.Find(word));

    [Theory]
    [InlineData("h:p")]
    [InlineData("u@h:")]
    [InlineData(":p")]
    [InlineData("[::1]:p")]
    [InlineData("u@[fe80::1%eth0]:p")]
    [InlineData("./h:p")]
    public void A_location_is_written_as_it_was_read(string word) => Assert.Equal(word, Location.Parse(word).Word);
}
