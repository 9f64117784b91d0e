using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Pipe.Protocol;

namespace Pipe.Archives.Tests;

public sealed class MemberIndexTests
{
    private static readonly Walked Sample = Walked.Of(new TarBytes()
        .File("./etc/passwd", "old").File("etc//./shadow", "shadow").Header("etc/", '5').Header("linked", '1', 0, Target("etc/passwd"))
        .Header("link", '2', 0, Target("etc/passwd")).Header("pipe", '6').Header("null", '3').Header("more", 'M').File("/abs/olute", "abs").Header("lost", '1', 0, Target("gone"))
        .Zeros(2).File("etc/passwd", "new!").Header("loop", '1', 0, Target("loop")).File("many/hostname", "h").Whole);

    [Theory]
    [InlineData("etc/passwd", "new!")]
    [InlineData("./etc/passwd", "new!")]
    [InlineData("/etc//passwd/", "new!")]
    [InlineData("etc/shadow", "shadow")]
    [InlineData("abs/olute", "abs")]
    [InlineData("linked", "old")]
    public void A_path_is_found_as_it_would_be_unpacked(string path, string content) =>
        Assert.Equal(content, Encoding.UTF8.GetString(Sample.DataOf(Sample.Index.Find(path))));

    [Theory]
    [InlineData("etc", "etc: is a directory, and has no content", "")]
    [InlineData("many", "many: is a directory, and has no content", "")]
    [InlineData("link", "link: is a symbolic link to etc/passwd", "request its target instead")]
    [InlineData("pipe", "pipe: is a fifo, and has no content", "")]
    [InlineData("null", "null: is a device, and has no content", "")]
    [InlineData("more", "more: is only the rest of a file that another volume begins", "")]
    [InlineData("lost", "lost: is a hard link to gone, which is not in the archive", "")]
    [InlineData("loop", "loop: is a hard link to loop, which is not in the archive", "")]
    [InlineData("passwd", "passwd: is not in the archive", "did you mean etc/passwd?")]
    [InlineData("etc/paswd", "etc/paswd: is not in the archive", "did you mean etc/passwd?")]
    [InlineData("x\ny", "x\\x0ay: is not in the archive", "")]
    public void What_is_not_a_file_is_said(string path, string message, string hint)
    {
        var failure = Assert.Throws<Failure>(() => Sample.Index.Find(path));

        Assert.Equal((ExitCode.Objects, message, hint), (failure.Code, failure.Message, failure.Hint));
    }

    [Fact]
    public void What_an_incomplete_index_has_is_found_and_the_rest_is_not_denied()
    {
        var index = Walked.Of([.. new TarBytes().File("a", "a").WithoutEnd, .. Enumerable.Repeat((byte)1, 512)]).Index;

        Assert.Equal(512, index.Find("a").Data);
        Assert.Equal("index incomplete from offset 1024: no tar header, or a damaged one", index.Shortfall);
        var failure = Assert.Throws<Failure>(() => index.Find("b"));
        Assert.Equal($"b: is not in the indexed part of the archive; {index.Shortfall}", failure.Message);
        Assert.NotEmpty(failure.Hint);
    }

    [Fact]
    public void An_index_that_was_cut_anywhere_is_not_complete()
    {
        for (var length = 13; length < Sample.Text.Length; length++)
        {
            var text = Sample.Text[..length];
            var index = new MemberIndex(() => new MemoryStream(text));

            Assert.InRange(index.All().Count(), 0, Sample.Members.Count);
            Assert.Equal("the index has no end", index.Shortfall);
        }
    }

    [Theory]
    [InlineData("", "is not an index of an archive")]
    [InlineData("total 0\n", "is not an index of an archive")]
    [InlineData("index\t2\ttar\n", "has version 2, not 1")]
    [InlineData("index\t1\ttar\nfile\t0\n", "line 2 is invalid")]
    [InlineData("index\t1\ttar\nfile\t0\t1\t2\t3\t-4\tname\n", "line 2 is invalid")]
    [InlineData("index\t1\ttar\nwhat\t0\t1\t2\t3\t4\tname\n", "line 2 is invalid")]
    [InlineData("index\t1\ttar\nend\tcomplete\t0\t0\nmore\n", "line 3 is invalid")]
    public void A_damaged_index_is_said(string text, string cause)
    {
        var failure = Assert.Throws<Failure>(() => new MemberIndex(() => new MemoryStream(Encoding.UTF8.GetBytes(text))).All().Count());

        Assert.Equal((ExitCode.Integrity, $"member index: {cause}"), (failure.Code, failure.Message));
    }

    [Fact]
    public void Hard_links_to_hard_links_end()
    {
        var tar = new TarBytes().File("0", "zero");
        for (var i = 1; i <= 60; i++)
        {
            tar = tar.Header($"{i}", '1', 0, Target($"{i - 1}"));
        }

        var index = Walked.Of(tar.Whole).Index;

        Assert.Equal(4, index.Find("40").Stored);
        Assert.Contains("times over", Assert.Throws<Failure>(() => index.Find("60")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_name_comes_back_from_its_line() => Prop.ForAll(
        (from name in Gen.Elements(" a\\\n\r\t\u00E4\uDCFF/n".ToCharArray()).ArrayOf()
         from target in Gen.Elements("t\\\n\tn".ToCharArray()).ArrayOf()
         select (new string(name), new string(target))).ToArbitrary(),
        pair =>
        {
            var member = new Member { End = 7 };
            member.Name.Write(RawText.Encode(pair.Item1));
            member.Target.Write(RawText.Encode(pair.Item2));
            var text = new byte[IndexLine.MaxLength(member)];
            var length = IndexLine.Write(text, member);

            Assert.Equal(1, text.Take(length).Count(b => b == '\n'));
            Assert.True(IndexLine.TryRead(text.AsSpan(0, length - 1), out var line));
            Assert.Equal(new IndexedMember(MemberKind.File, 0, 7, 0, 0, 0, RawText.Decode(RawText.Encode(pair.Item1)), pair.Item2), line.ToMember());
        }).QuickCheckThrowOnFailure();

    private static Action<byte[]> Target(string target) => block => TarBytes.PutTarget(block, target);
}
