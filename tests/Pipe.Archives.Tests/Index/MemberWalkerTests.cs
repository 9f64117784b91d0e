using System.Text;

namespace Pipe.Archives.Tests;

public sealed class MemberWalkerTests
{
    [Fact]
    public void The_index_is_plain_text()
    {
        var stream = new TarBytes().File("a", "12345").Header("dir/", '5').File("li\nne", "")
            .Header("same", '1', 0, block => TarBytes.PutTarget(block, "a")).Whole;

        Assert.Equal(
            "index\t1\ttar\nfile\t0\t1024\t512\t5\t5\ta\ndir\t1024\t512\t1536\t0\t0\tdir/\n\\file\t1536\t512\t2048\t0\t0\tli\\nne\n" +
            "hardlink\t2048\t512\t2560\t0\t0\tsame\ta\nend\tcomplete\t3584\t4\n",
            Encoding.UTF8.GetString(Walked.Of(stream).Text));
    }

    [Fact]
    public void Data_are_passed_by_and_not_looked_at()
    {
        const long size = 9L << 30;
        using var output = new MemoryStream();
        var walker = new MemberWalker(output);
        var zeros = new byte[4 << 20];
        walker.Feed(new TarBytes().Header("huge", '0', 0, block => PutBinary(block, size)).WithoutEnd);
        for (long fed = 0; fed < size; fed += zeros.Length)
        {
            walker.Feed(zeros);
        }

        walker.Feed(new TarBytes().File("small", "x").Whole);
        walker.End();

        Assert.Contains($"\nfile\t0\t{size + 512}\t512\t{size}\t{size}\thuge\nfile\t{size + 512}\t1024\t{size + 1024}\t1\t1\tsmall\n", Encoding.UTF8.GetString(output.ToArray()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ustar\000", "prefix/name")]
    [InlineData("ustar  \0", "name")]
    [InlineData("", "name")]
    public void A_prefix_stands_in_front_of_the_name_where_the_dialect_has_one(string magic, string name)
    {
        var stream = new TarBytes().Header("name", '0', 0, block =>
        {
            block.AsSpan(257, 8).Clear();
            TarBytes.Put(block, 257, magic);
            TarBytes.Put(block, 345, "prefix");
        }).Whole;

        Assert.Equal(name, Assert.Single(Walked.Of(stream).Members).Name);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_prefix_of_star_is_shorter(bool hasMark)
    {
        var prefix = new string('p', 130);
        var stream = new TarBytes().Header("name", '0', 0, block =>
        {
            TarBytes.Put(block, 345, prefix);
            TarBytes.Put(block, 476, "12345670123 12345670123 ");
            TarBytes.Put(block, 508, hasMark ? "tar\0" : "");
        }).Whole;

        Assert.Equal($"{prefix}/name", Assert.Single(Walked.Of(stream).Members).Name);
    }

    [Fact]
    public void Old_tars_add_signed_bytes_up()
    {
        var stream = new TarBytes().Header("\u00E4\u00F6").Whole;
        TarBytes.Put(stream, 148, Convert.ToString(stream.Take(512).Sum(b => (sbyte)b) - stream[148..156].Sum(b => b) + (8 * ' '), 8).PadLeft(6, '0') + "\0 ");

        Assert.Equal("\u00E4\u00F6", Assert.Single(Walked.Of(stream).Members).Name);
    }

    [Fact]
    public void Pax_values_hold_any_byte_and_their_length_alone_ends_them()
    {
        var trap = "\n12 path=x\n\0= 9\n";
        var stream = new TarBytes()
            .Pax(TarBytes.Record("SCHILY.xattr.user.trap", trap), TarBytes.Record("path", "right\nname"), TarBytes.Record("SCHILY.xattr.user.big", new string('=', 200_000)))
            .File("wrong", "content").Whole;

        var member = Assert.Single(Walked.Of(stream).Members);
        Assert.Equal("right\nname", member.Name);
        Assert.Equal("content", Encoding.UTF8.GetString(stream.AsSpan((int)member.Data, (int)member.Stored)));
    }

    [Fact]
    public void What_stands_in_front_of_a_member_is_about_that_one_only()
    {
        var stream = new TarBytes().Long('K', new string('t', 300)).Long('L', new string('n', 300)).Header("n", '2').File("second", "2")
            .Pax(TarBytes.Record("size", "3"), TarBytes.Record("linkpath", "no")).Header("third").Data("333"u8).File("fourth", "4").Whole;

        var members = Walked.Of(stream).Members;
        Assert.Equal([new string('n', 300), "second", "third", "fourth"], members.Select(member => member.Name));
        Assert.Equal([new string('t', 300), "", "", ""], members.Select(member => member.Target));
        Assert.Equal([0L, 1, 3, 1], members.Select(member => member.Stored));
        Assert.Equal(0, members[0].Offset);
    }

    [Theory]
    [InlineData('1', false, false)]
    [InlineData('1', true, true)]
    [InlineData('5', false, false)]
    [InlineData('5', true, true)]
    [InlineData('2', false, false)]
    public void A_size_without_data_is_told_from_one_with(char type, bool hasData, bool isPax)
    {
        var tar = new TarBytes();
        tar = isPax ? tar.Pax(TarBytes.Record("comment", "pax")) : tar;
        tar = tar.Header("doubtful", type, 600);
        tar = hasData ? tar.Data(Enumerable.Repeat((byte)'x', 600).ToArray()) : tar;
        var walked = Walked.Of(tar.File("next", "n").Whole);

        walked.AssertCoversAll();
        Assert.Equal(hasData ? 600 : 0, walked.Members[0].Stored);
        Assert.Equal("next", walked.Members[1].Name);
    }

    [Fact]
    public void Types_that_nobody_knows_are_passed_by()
    {
        var stream = new TarBytes().Header("label", 'V').Header("rest", 'M', 4).Data("rest"u8).Header("odd", '!', 3).Data("odd"u8)
            .Header("device", '4').Header("acl", 'A', 600).Data(new byte[600]).File("dir/", "").Whole;

        Assert.Equal(
            [MemberKind.Label, MemberKind.Continuation, MemberKind.Other, MemberKind.BlockDevice, MemberKind.Other, MemberKind.Directory],
            Walked.Of(stream).Members.Select(member => member.Kind));
    }

    [Fact]
    public void A_tar_may_begin_with_a_name_that_looks_like_a_cpio()
    {
        foreach (var name in new[] { "070701", "070707-backup", "q\u00C7", "070701" + new string('0', 94) })
        {
            var stream = new TarBytes().File(name == "q\u00C7" ? "q\uDCC7name" : name, "x").Whole;
            Assert.StartsWith(name[..1], Assert.Single(Walked.Of(stream).Members).Name, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_archive_without_members_is_one()
    {
        foreach (var stream in new[] { new byte[1024], new byte[10240], new CpioBytes().Whole })
        {
            Assert.Empty(Walked.Of(stream).Members);
            Assert.Equal("", Walked.Of(stream).Shortfall);
        }
    }

    public static TheoryData<string, byte[], string> Ends => new()
    {
        { "nothing", [], "offset 0: the stream is empty" },
        { "text", Encoding.ASCII.GetBytes(new string('x', 2000)), "offset 0: neither tar nor cpio" },
        { "gzip", [0x1F, 0x8B, .. new byte[600]], "offset 0: neither tar nor cpio: compressed with gzip" },
        { "short", [1, 2, 3], "offset 0: neither tar nor cpio" },
        { "no end", new TarBytes().File("a", "a").WithoutEnd, "offset 1024: the stream ends without the end mark of a tar" },
        { "cut in data", new TarBytes().File("a", "a").File("b", "b").WithoutEnd[..1600], "offset 1024: the stream ends inside b" },
        { "cut in header", new TarBytes().File("a", "a").File("b", "b").WithoutEnd[..1100], "offset 1024: the stream ends inside a header" },
        { "cut behind pax", new TarBytes().File("a", "a").Pax(TarBytes.Record("path", "b")).WithoutEnd, "offset 1024: the stream ends inside a header" },
        { "garbage", [.. new TarBytes().File("a", "a").WithoutEnd, .. new byte[511], 1, .. new byte[512]], "offset 1024: no tar header, or a damaged one" },
        { "garbage behind", [.. new TarBytes().File("a", "a").Whole, .. new byte[511], 1], "offset 2048: the data after the end of the archive is not tar" },
        { "negative size", new TarBytes().File("a", "a").Header("b", '0', 0, block => block[124] = 0xFF).Whole, "offset 1024: a header whose size is not a number" },
        { "size beyond all", new TarBytes().Header("b", '0', 0, block => PutBinary(block, long.MaxValue)).Whole, $"offset 0: a size of {long.MaxValue} bytes" },
        { "long name", new TarBytes().Header("b", 'L', 1 << 21).Whole, $"offset 0: a name of {1 << 21} bytes" },
        { "pax length", new TarBytes().Pax("99 path=x\n").File("a", "").Whole, "offset 0: a pax record without a length that could be its own" },
        { "pax end", new TarBytes().Pax("9 path=xyz\n").File("a", "").Whole, "offset 0: a pax record whose length is not its own" },
        { "pax size", new TarBytes().Pax(TarBytes.Record("size", "-1")).File("a", "").Whole, "offset 0: a pax size that is not a number" },
        { "cpio no end", new CpioBytes().File("a", "a").WithoutEnd, "offset 116: the stream ends without the end mark of a cpio" },
        { "cpio cut", new CpioBytes().File("a", "a").WithoutEnd[..113], "offset 0: the stream ends inside a" },
        { "cpio garbage", [.. new CpioBytes().File("a", "a").WithoutEnd, .. new byte[10]], "offset 116: no cpio header, or a damaged one" },
        { "cpio garbage behind", [.. new CpioBytes().Whole, 0, 0, 1, 0, 0, 0, 0, 0], "the data after the end of the archive is not cpio" },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void What_is_not_understood_ends_the_index_and_nothing_else(string what, byte[] stream, string shortfall)
    {
        foreach (var pieces in new[] { null, new Random(1), new Random(2) })
        {
            var walked = Walked.Of(stream, pieces);

            Assert.True(walked.Shortfall.EndsWith(shortfall, StringComparison.Ordinal), $"{what}: {walked.Shortfall}");
            Assert.Equal(walked.Shortfall, walked.Index.Shortfall);
        }
    }

    [Fact]
    public void An_index_that_cannot_be_written_does_not_trouble_the_stream()
    {
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
        var walker = new MemberWalker(full);
        var member = new TarBytes().File(new string('n', 90), "x").WithoutEnd;
        for (var i = 0; i < 10_000; i++)
        {
            walker.Feed(member);
        }

        walker.End();

        Assert.Contains("the index cannot be written: ", walker.Shortfall, StringComparison.Ordinal);
    }

    [Fact]
    public void A_member_costs_no_allocation()
    {
        var walker = new MemberWalker(Stream.Null);
        var members = new TarBytes().Long('L', new string('n', 300)).File("n", "x").Pax(TarBytes.Record("path", "p\n")).File("p", "y").WithoutEnd;
        long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1000; i++)
            {
                walker.Feed(members.AsSpan(0, 700));
                walker.Feed(members.AsSpan(700));
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => Allocated()));
        Assert.Equal("", walker.Shortfall);
        Assert.True(walker.Members > 9000);
    }

    private static void PutBinary(byte[] block, long size)
    {
        block.AsSpan(124, 12).Clear();
        block[124] = 0x80;
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(block.AsSpan(128), size);
    }
}
