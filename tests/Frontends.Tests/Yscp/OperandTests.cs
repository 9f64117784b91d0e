using FsCheck;
using FsCheck.Fluent;
using Pipe.Engine;
using Pipe.Protocol;
using Pipe.Yscp;

namespace Frontends.Tests.Yscp;

public sealed class OperandTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("./a:b")]
    [InlineData("/a:b")]
    [InlineData(":a")]
    [InlineData("dir/a:b")]
    [InlineData("")]
    [InlineData("[::1")]
    [InlineData("[::1/x]:y")]
    [InlineData("a b\n'\"$(x)")]
    public void A_word_without_a_host_is_a_local_path(string word) =>
        Assert.Equal(new Operand(word, "", "", 0, word), Operand.Parse(word));

    [Theory]
    [InlineData("h:", "", "h", 0, ".")]
    [InlineData("h:a", "", "h", 0, "a")]
    [InlineData("h:a:b", "", "h", 0, "a:b")]
    [InlineData("h:/a", "", "h", 0, "/a")]
    [InlineData("u@h:a", "u", "h", 0, "a")]
    [InlineData("u@x@h:a", "u@x", "h", 0, "a")]
    [InlineData("@h:a", "", "h", 0, "a")]
    [InlineData("[::1]:a", "", "::1", 0, "a")]
    [InlineData("u@[::1]:a", "u", "::1", 0, "a")]
    [InlineData("h:a b\n'\"$(x)", "", "h", 0, "a b\n'\"$(x)")]
    [InlineData("h:a@b", "", "h", 0, "a@b")]
    [InlineData("scp://h", "", "h", 0, ".")]
    [InlineData("scp://h/", "", "h", 0, ".")]
    [InlineData("scp://h/a", "", "h", 0, "a")]
    [InlineData("scp://h//a/b", "", "h", 0, "/a/b")]
    [InlineData("scp://u@h:2222/a", "u", "h", 2222, "a")]
    [InlineData("scp://%75;fingerprint=x@h/a%20b+c%2Fd%25", "u", "h", 0, "a b c/d%")]
    [InlineData("scp://[::1]:22/a", "", "::1", 22, "a")]
    [InlineData("scp://u@[fe80::1%25eth0]:2222/a", "u", "fe80::1%eth0", 2222, "a")]
    [InlineData("scp://[fe80::1%eth0]/a", "", "fe80::1%eth0", 0, "a")]
    [InlineData("scp://h/a:b?c#d", "", "h", 0, "a:b?c#d")]
    [InlineData("sftp://h/a", "", "sftp", 0, "//h/a")]
    public void A_host_stands_in_front_of_the_first_colon(string word, string user, string host, int port, string path)
    {
        var operand = Operand.Parse(word);
        Assert.True(operand.IsRemote);
        Assert.Equal((user, host, port, path), (operand.User, operand.Host, operand.Port, operand.Path));
    }

    [Theory]
    [InlineData("scp://")]
    [InlineData("scp:///a")]
    [InlineData("scp://@h/a")]
    [InlineData("scp://a@b@h/a")]
    [InlineData("scp://h:/a")]
    [InlineData("scp://h%25x/a")]
    [InlineData("scp://h%20x/a")]
    [InlineData("scp://h%61/a")]
    [InlineData("scp://h:0/a")]
    [InlineData("scp://h:65536/a")]
    [InlineData("scp://h:+22/a")]
    [InlineData("scp://h/a%")]
    [InlineData("scp://h/a%2")]
    [InlineData("scp://h/a%2x")]
    [InlineData("scp://h/a%00")]
    [InlineData("scp://[::1/a")]
    [InlineData("scp://[::1]x/a")]
    public void A_uri_that_is_none_is_refused(string word)
    {
        var failure = Assert.Throws<Failure>(() => Operand.Parse(word));
        Assert.Equal($"{word}: not a valid URI", failure.Message);
        Assert.Equal(1, Status.Of(failure.Code));
    }

    [Fact]
    public void A_byte_that_is_not_UTF_8_survives_a_uri() =>
        Assert.Equal(RawText.Decode([0xFF, (byte)'a']), Operand.Parse("scp://h/%FFa").Path);

    [Theory]
    [InlineData("-h:a")]
    [InlineData("-oProxyCommand=x@h:a")]
    [InlineData("u@-h:a")]
    [InlineData("u@:a")]
    [InlineData("h'x:a")]
    [InlineData("h\"x:a")]
    [InlineData("h`x`:a")]
    [InlineData("h$x:a")]
    [InlineData("h\\x:a")]
    [InlineData("h;x:a")]
    [InlineData("h&x:a")]
    [InlineData("h<x:a")]
    [InlineData("h>x:a")]
    [InlineData("h|x:a")]
    [InlineData("h(x):a")]
    [InlineData("h{x}:a")]
    [InlineData("h x:a")]
    [InlineData("h\tx:a")]
    [InlineData("h\nx:a")]
    [InlineData("h\u001bx:a")]
    [InlineData("%h:a")]
    [InlineData("u;x@h:a")]
    [InlineData("$u@h:a")]
    [InlineData("u\\@h:a")]
    [InlineData("scp://%24%28x%29@h/a")]
    [InlineData("scp://-h/a")]
    public void A_host_or_user_that_a_shell_or_ssh_could_misread_is_refused_as_scp_does(string word)
    {
        foreach (var words in (string[][])[["--", "x", word], ["--", word, "x"], ["-R", "--", "h:x", word]])
        {
            var failure = Assert.Throws<Failure>(() => Parser.Parse(words));
            Assert.Equal(255, Status.Of(failure.Code));
        }
    }

    [Fact]
    public void Any_word_is_a_local_path_a_remote_one_or_refused() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<byte[]>(),
            bytes =>
            {
                var word = RawText.Decode([.. bytes.Where(value => value != 0)]);
                var operand = Operand.Parse(word);
                return operand.IsRemote ? operand.Path.Length > 0 && word.Contains(operand.Path == "." ? ":" : operand.Path, StringComparison.Ordinal) : operand.Path == word;
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
}
