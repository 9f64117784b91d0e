using FsCheck;
using FsCheck.Fluent;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives.Tests;

/// <summary>A written manifest is read again; a cut one is not an archive; a changed one is detected.</summary>
public sealed class ManifestTests : IDisposable
{
    private static readonly string[] Names = ["plain", ".hidden", "two words", "new\nline", "back\\slash", "return\rhere", "\\n", "ends\\", "x.000000", RawText.Decode([0xFF, (byte)'\n', 0xC3])];

    private readonly Scratch _scratch = new();

    private static Arbitrary<(string Name, int[] Sizes, string[] Directories, bool IsComplete, bool HasIndex)> Contents { get; } =
        (from name in Gen.Elements(Names)
         from sizes in Gen.Choose(1, int.MaxValue).ArrayOf().Where(sizes => sizes.Length < 40)
         from directories in Gen.Elements("", "", "/elsewhere", "/a\nb", "/back\\slash/" + RawText.Decode([0xFE])).ArrayOf(sizes.Length)
         from isComplete in Gen.Elements(true, false)
         from hasIndex in Gen.Elements(true, false)
         select (name, sizes, directories, isComplete, hasIndex)).ToArbitrary();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void What_is_written_is_read_again() => Prop.ForAll(Contents, given =>
    {
        var archive = new ArchiveName(_scratch.Directory, given.Name);
        var head = SampleArchive.Head(given.Name);
        var fragments = SampleArchive.Fragments(given.Sizes.Select(size => (long)size), number => given.Directories[number]);

        var end = SampleArchive.Write(archive, head, fragments, given.IsComplete, given.HasIndex ? new WideDigest(1, ulong.MaxValue) : null);
        var read = Manifest.Read(archive);

        Assert.Equal(head with { Filters = [], Next = [] }, read.Head with { Filters = [], Next = [] });
        Assert.Equal(head.Filters, read.Head.Filters);
        Assert.Equal(head.Next, read.Head.Next);
        Assert.Equal(fragments, read.Fragments);
        Assert.Equal(end, read.End);
        Paths.Remove(archive.Manifest);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Cut_at_any_byte_it_is_no_archive_and_keeps_the_lines_before(bool hasIndex)
    {
        var (archive, bytes, fragments) = Sample(hasIndex);
        var body = Manifest.Read(archive).Body;
        for (var cut = 0; cut < bytes.Length; cut++)
        {
            Put(archive, bytes[..cut]);
            var read = Manifest.Read(archive);

            Assert.Null(read.End);
            Assert.True(read.Length <= Math.Min(cut, body));
            Assert.Equal(fragments.Take(read.Fragments.Count), read.Fragments);
            Assert.Equal(read.Fragments.Count, FragmentLinesIn(bytes.AsSpan(0, cut)));
            Assert.Equal(ExitCode.Objects, Assert.Throws<Failure>(() => Manifest.ReadComplete(archive)).Code);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void With_any_byte_changed_a_complete_one_is_damaged_and_never_taken_for_a_cut_one(bool hasIndex)
    {
        var (archive, bytes, _) = Sample(hasIndex);
        foreach (var change in (byte[])[0x01, 0x20, 0x80])
        {
            for (var at = 0; at < bytes.Length; at++)
            {
                var changed = bytes.ToArray();
                changed[at] ^= change;
                Put(archive, changed);

                var failure = Record.Exception(() => Manifest.Read(archive)) as Failure;
                Assert.True(failure is { Code: ExitCode.Integrity }, $"byte {at} ({(char)bytes[at]}) of {bytes.Length}, changed by {change:x}: {failure?.Message ?? "taken"}");
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Without_any_of_its_lines_a_complete_one_is_damaged(bool hasIndex)
    {
        var (archive, bytes, _) = Sample(hasIndex);
        var lines = RawText.Decode(bytes).TrimEnd('\n').Split('\n');
        for (var left = 0; left < lines.Length - 1; left++)
        {
            Put(archive, RawText.Encode(string.Concat(lines.Where((_, i) => i != left).Select(line => line + "\n"))));
            Assert.Equal(ExitCode.Integrity, Assert.Throws<Failure>(() => Manifest.Read(archive)).Code);
        }
    }

    [Theory]
    [InlineData("# end fragments 0 size 0\n")]
    [InlineData("# one more\n")]
    [InlineData("\n")]
    public void Lines_behind_the_closing_line_are_damage(string more)
    {
        var (archive, bytes, _) = Sample(hasIndex: false);
        Put(archive, [.. bytes, .. RawText.Encode(more)]);

        Assert.Equal(ExitCode.Integrity, Assert.Throws<Failure>(() => Manifest.Read(archive)).Code);
    }

    [Fact]
    public void What_closes_it_begins_with_the_line_of_the_index()
    {
        foreach (var (hasIndex, first) in (IEnumerable<(bool, string)>)[(true, "# index xxh128 00000000000000030000000000000004\n# end "), (false, "# end ")])
        {
            var (archive, bytes, _) = Sample(hasIndex);
            Assert.StartsWith(first, RawText.Decode(bytes.AsSpan((int)Manifest.Read(archive).Body)), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("# index xxh128 00000000000000030000000000000004\n")]
    [InlineData("# filter zstd\n")]
    [InlineData("# colour green\n")]
    [InlineData("# at 0 size 5 xxh3 0123456789abcdef time -\n")]
    public void Behind_the_line_of_the_index_comes_the_closing_line_and_nothing_else(string line)
    {
        var archive = new ArchiveName(_scratch.Directory, "x");
        Put(archive, RawText.Encode($"{ManifestText.Format}\n# index xxh128 00000000000000030000000000000004\n{line}"));

        Assert.Equal(ExitCode.Integrity, Assert.Throws<Failure>(() => Manifest.Read(archive)).Code);
    }

    [Fact]
    public void What_is_no_manifest_is_damaged()
    {
        var archive = new ArchiveName(_scratch.Directory, "x");
        Put(archive, "# something else\n"u8.ToArray());

        Assert.Equal(ExitCode.Integrity, Assert.Throws<Failure>(() => Manifest.Read(archive)).Code);
    }

    [Fact]
    public void Without_a_manifest_there_is_no_archive()
    {
        var failure = Assert.Throws<Failure>(() => Manifest.Read(new ArchiveName(_scratch.Directory, "x")));

        Assert.Equal(ExitCode.Objects, failure.Code);
        Assert.Contains("no such archive", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../x.000000")]
    [InlineData("/etc/passwd")]
    [InlineData("x.000001")]
    [InlineData("sub/x.000000")]
    public void It_never_leads_to_files_that_are_not_its_fragments(string name)
    {
        var archive = new ArchiveName(_scratch.Directory, "x");
        Put(archive, RawText.Encode($"{ManifestText.Format}\n# at 0 size 5 xxh3 0123456789abcdef time -\n{new string('a', 64)}  {name}\n"));

        Assert.Empty(Manifest.Read(archive).Fragments);
    }

    [Theory]
    [InlineData("# at 1 size 5")]
    [InlineData("# at 0 size 0")]
    [InlineData("# at 0 size 9223372036854775808")]
    [InlineData("# at -1 size 5")]
    [InlineData("# at 0 size")]
    public void Offsets_and_sizes_that_cannot_be_are_damage_unless_nothing_comes_behind_them(string at)
    {
        var archive = new ArchiveName(_scratch.Directory, "x");
        var line = $"{ManifestText.Format}\n{at} xxh3 0123456789abcdef time -\n";
        Put(archive, RawText.Encode($"{line}{new string('a', 64)}  x.000000\n"));
        Assert.Equal(ExitCode.Integrity, Assert.Throws<Failure>(() => Manifest.Read(archive)).Code);

        Put(archive, RawText.Encode(line));
        var read = Manifest.Read(archive);
        Assert.Empty(read.Fragments);
        Assert.Equal(ManifestText.Format.Length + 1, read.Length);
    }

    [Fact]
    public void Comments_of_later_versions_are_passed_over()
    {
        var archive = new ArchiveName(_scratch.Directory, "x");
        Put(archive, RawText.Encode($"{ManifestText.Format}\n# colour green\n# name x\n"));

        Assert.Equal(0, Manifest.Read(archive).Size);
    }

    [FactNeeding("sha256sum")]
    public void Sha256sum_reads_it_whatever_the_names_are()
    {
        foreach (var name in Names.Where(name => !name.Contains('\r')))
        {
            SampleArchive.Sink(_scratch.Directory, name, SampleArchive.Stream(300_000), 100_000);
            var file = new ArchiveName("", name).Manifest;
            Listing.Shell(_scratch.Directory, $"sha256sum --quiet --strict -c -- \"$(printf '{Octal(file)}')\" 2>&1 >&2");
        }
    }

    private static string Octal(string text) => string.Concat(RawText.Encode(text).Select(one => "\\" + Convert.ToString(one, 8).PadLeft(3, '0')));

    private static int FragmentLinesIn(ReadOnlySpan<byte> bytes) =>
        RawText.Decode(bytes).Split('\n')[..^1].Count(line => !line.StartsWith('#'));

    private (ArchiveName Archive, byte[] Bytes, List<Fragment> Fragments) Sample(bool hasIndex)
    {
        var archive = new ArchiveName(_scratch.Directory, "back\\slash");
        var fragments = SampleArchive.Fragments([4096, 1 << 20, 77], number => number == 1 ? "/else\nwhere" : "");
        SampleArchive.Write(archive, SampleArchive.Head(archive.Name), fragments, isComplete: true, hasIndex ? new WideDigest(3, 4) : null);
        return (archive, File.ReadAllBytes(archive.Manifest), fragments);
    }

    private static void Put(ArchiveName archive, byte[] bytes) => File.WriteAllBytes(archive.Manifest, bytes);
}
