using Pipe.Protocol;

namespace Pipe.Archives.Tests;

/// <summary>Archives of the tars that people have: the index tells for each file where its content is.</summary>
public sealed class TarToolTests : IDisposable
{
    private const string Unpack = "tar -xOf -";
    private readonly SampleTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Theory]
    [InlineData("--format=gnu")]
    [InlineData("--format=gnu -S")]
    [InlineData("--format=oldgnu -S")]
    [InlineData("--format=gnu -b 1 --label=volume")]
    [InlineData("--format=gnu --listed-incremental=snapshot")]
    [InlineData("--format=posix")]
    [InlineData("--format=posix -S --sparse-version=0.0")]
    [InlineData("--format=posix -S --sparse-version=0.1")]
    [InlineData("--format=pax -S --sparse-version=1.0")]
    [InlineData("--format=pax -S --xattrs --acls --hole-detection=seek")]
    [InlineData("--format=posix --pax-option=globexthdr.name=global,comment=all --xattrs --xattrs-include=*")]
    [InlineData("--format=posix --hard-dereference")]
    public void Gnu_tar_with_every_name(string options)
    {
        var walked = Check($"tar {options} -cf - tree", "tree/");

        Assert.Equal(
            _tree.Paths,
            walked.Members.Where(member => member.Kind != MemberKind.Label && member.Name != "tree/")
                .Select(member => member.Name["tree/".Length..].TrimEnd('/')).Order(StringComparer.Ordinal));
        _tree.AssertFound(walked, _tree.Paths, "tree/", Unpack);
    }

    [Theory]
    [InlineData("--format=ustar")]
    [InlineData("--format=v7")]
    public void Gnu_tar_in_formats_that_leave_out_long_names(string options)
    {
        var walked = Check($"tar {options} -C tree -cf - . 2> /dev/null || :", "./");

        var names = walked.Members.Select(member => member.Name[2..].TrimEnd('/')).ToHashSet();
        _tree.AssertFound(walked, _tree.Paths.Where(names.Contains), "./", Unpack);
    }

    [FactNeeding("bsdtar")]
    public void Bsdtar()
    {
        foreach (var options in new[] { "--format=pax", "--format=gnutar", "--format=ustar", "--format=v7tar", "--format=pax --xattrs --acls" })
        {
            var walked = Check($"bsdtar {options} -C tree -cf - . 2> /dev/null || :", "");
            var names = walked.Members.Select(member => MemberNames.Plain(member.Name)).ToHashSet();
            Assert.True(names.Count > 20, options);
            _tree.AssertFound(walked, _tree.Paths.Where(names.Contains), "", Unpack);
        }
    }

    [FactNeeding("busybox")]
    public void Busybox()
    {
        var walked = Check("busybox tar -C tree -cf - . 2> /dev/null", "");

        _tree.AssertFound(walked, _tree.Paths, "", Unpack);
    }

    [FactNeeding("pax")]
    public void Pax()
    {
        foreach (var format in new[] { "ustar", "tar" })
        {
            var walked = Check($"cd tree && find . | pax -w -d -x {format} 2> /dev/null || :", "");
            var names = walked.Members.Select(member => MemberNames.Plain(member.Name)).ToHashSet();
            Assert.True(names.Count > 20, format);
            _tree.AssertFound(walked, _tree.Paths.Where(names.Contains), "", Unpack);
        }
    }

    [Fact]
    public void A_file_beyond_the_octal_sizes_whose_holes_are_left_out()
    {
        foreach (var format in new[] { "gnu", "posix" })
        {
            var walked = Check($"truncate -s 9G tree/huge && echo end >> tree/huge && tar --format={format} -S --hole-detection=seek -cf - tree/huge tree/dir/size1", "");

            var huge = walked.Index.Find("tree/huge");
            Assert.Equal(MemberKind.Sparse, huge.Kind);
            Assert.Equal((9L << 30) + 4, huge.Real);
            Assert.InRange(huge.Stored, 4, 1 << 20);
            Assert.Equal("1"u8.ToArray(), walked.DataOf(walked.Index.Find("tree/dir/size1")).ToArray());
        }
    }

    [Fact]
    public void One_archive_behind_another()
    {
        const string change = "echo new > tree/dir/size1; tar --format=gnu -cf - tree/dir/size1 tree/dir/same; tar -cf - tree/fifo";
        var walked = Check($"tar --format=posix -cf - tree; {change}", "tree/");

        Assert.Equal("new\n"u8.ToArray(), walked.DataOf(walked.Index.Find("tree/dir/size1")).ToArray());
        Assert.Equal(MemberKind.Fifo, walked.Members[^1].Kind);
        _tree.AssertFound(walked, _tree.Paths, "tree/", Unpack);
    }

    [Fact]
    public void Archives_added_and_appended()
    {
        const string add = "tar -cf b.tar -C tree dir/size512; tar -cf a.tar tree; tar -Af a.tar b.tar; tar -rf a.tar tree/dir/size1; cat a.tar";
        var walked = Check(add, "");

        Assert.Equal(_tree.ContentOf("dir/size512"), walked.DataOf(walked.Index.Find("dir/size512")).ToArray());
        Assert.Equal(walked.Members[^1], walked.Index.Find("tree/dir/size1"));
    }

    [Fact]
    public void What_a_member_is_given_with_can_be_unpacked_alone()
    {
        var walked = Check("tar --format=posix --xattrs -S -cf - tree", "tree/");

        foreach (var member in walked.Members)
        {
            var listed = _tree.Run("tar --quoting-style=literal -tf -", [.. walked.AllOf(member), .. new byte[1024]]);
            Assert.Equal(member.Name + "\n", RawText.Decode(listed));
        }
    }

    [Fact]
    public void Every_kind_is_told()
    {
        var walked = Check("tar -S -cf - tree", "tree/");

        MemberKind KindOf(string path) => walked.Index.Locate(path).Kind;
        Assert.Equal(MemberKind.Directory, KindOf("tree/dir/empty"));
        Assert.Equal(MemberKind.Directory, KindOf("tree"));
        Assert.Equal(MemberKind.SymbolicLink, KindOf("tree/longlink"));
        Assert.StartsWith("dir/000", walked.Index.Locate("tree/longlink").Target, StringComparison.Ordinal);
        Assert.Equal(MemberKind.Fifo, KindOf("tree/fifo"));
        Assert.Equal(MemberKind.Sparse, KindOf("tree/dir/holes"));
        Assert.Equal(3, new[] { "dir/size3000", "dir/same", "zsame" }.Sum(name => KindOf($"tree/{name}") == MemberKind.HardLink ? 2 : 1) - 2);
    }

    /// <summary>The archive that the command prints is walked in one piece and in random ones; the index has as many members as tar sees.</summary>
    private Walked Check(string command, string prefix)
    {
        var stream = _tree.Run(command);
        var walked = Walked.Of(stream);
        walked.AssertCoversAll();
        for (var seed = 1; seed <= 4; seed++)
        {
            Assert.Equal(walked.Text, Walked.Of(stream, new Random(seed)).Text);
        }

        var listed = _tree.Run("tar --quoting-style=escape -i -tf -", stream);
        Assert.Equal(listed.Count(b => b == '\n'), walked.Members.Count);
        Assert.All(walked.Members.Where(member => member.Kind != MemberKind.Label), member => Assert.StartsWith(prefix, member.Name, StringComparison.Ordinal));
        return walked;
    }
}
