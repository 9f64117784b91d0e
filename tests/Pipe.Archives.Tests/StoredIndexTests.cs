using System.Text;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives.Tests;

/// <summary>An index is used if it is the one that the manifest knows, and no other is.</summary>
public sealed class StoredIndexTests : IDisposable
{
    private const string NotStored = "is not the index that was stored, by its digest";
    private readonly Scratch _scratch = new();
    private readonly byte[] _stream = new TarBytes().File("etc/passwd", "root").File("etc/motd", "welcome").Zeros(2).Whole;

    public StoredIndexTests()
    {
        SampleArchive.Sink(_scratch.Directory, "x", _stream, 1000, indexes: true);
        SampleArchive.Sink(_scratch.Directory, "y", new TarBytes().File("more", "more").File("etc/motd", "others").Zeros(2).Whole, 1000, indexes: true);
        SampleArchive.Sink(_scratch.Directory, "bare", _stream, 1000);
    }

    private string Index => _scratch["x.index"];

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void The_manifest_knows_the_index_as_it_is_on_disk()
    {
        using var fd = Fd.Open(Index, OpenFlags.ReadOnly);
        Assert.Equal(StoredIndex.DigestOf(fd), Read("x").End!.Index);
        Assert.Equal($"# index xxh128 {Read("x").End!.Index}", File.ReadAllLines(_scratch["x.manifest"])[^2]);
        Assert.Equal(new Finding(""), new StoredIndex(Read("x")).Verify());
        Assert.Equal("welcome", Member("x", "etc/motd"));
    }

    [Fact]
    public void That_of_another_archive_is_refused()
    {
        File.Copy(_scratch["y.index"], Index, overwrite: true);
        AssertRefused(NotStored);
    }

    [Fact]
    public void With_any_byte_changed_it_is_refused()
    {
        var bytes = File.ReadAllBytes(Index);
        for (var at = 0; at < bytes.Length; at++)
        {
            File.WriteAllBytes(Index, [.. bytes[..at], (byte)(bytes[at] ^ 1), .. bytes[(at + 1)..]]);
            AssertRefused(NotStored);
        }
    }

    [Fact]
    public void Cut_anywhere_it_is_refused()
    {
        var bytes = File.ReadAllBytes(Index);
        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(Index, bytes[..length]);
            AssertRefused(NotStored);
        }
    }

    [Fact]
    public void What_is_no_file_is_refused()
    {
        File.Delete(Index);
        Directory.CreateDirectory(Index);
        AssertRefused("is a directory and not a file");
    }

    [Fact]
    public void One_that_the_manifest_does_not_know_is_refused_and_no_part_of_the_archive()
    {
        File.Copy(Index, _scratch["bare.index"]);
        Assert.Null(new StoredIndex(Read("bare")).Verify());
        var failure = Assert.Throws<Failure>(() => new StoredIndex(Read("bare")).Open());
        Assert.Equal((ExitCode.Integrity, $"{_scratch["bare.index"]}: its manifest lists no index"), (failure.Code, failure.Message));
    }

    [Fact]
    public void One_that_is_gone_is_said()
    {
        File.Delete(Index);
        Assert.Equal(new Finding("is missing"), new StoredIndex(Read("x")).Verify());
        foreach (var (name, why) in (IEnumerable<(string, string)>)[("x", "the stored index is missing"), ("bare", "it was stored without an index")])
        {
            var failure = Assert.Throws<Failure>(() => new StoredIndex(Read(name)).Open());
            Assert.Equal((ExitCode.Objects, $"{_scratch[name]}: has no index of members"), (failure.Code, failure.Message));
            Assert.StartsWith(why, failure.Hint, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("# index ")]
    [InlineData("# end ")]
    public void A_run_that_was_cut_behind_its_index_leaves_none(string front)
    {
        var manifest = File.ReadAllText(_scratch["x.manifest"]);
        File.Delete(_scratch["x.manifest"]);
        File.WriteAllText(_scratch["x.manifest"], manifest[..manifest.IndexOf(front, StringComparison.Ordinal)]);
        var warning = SampleArchive.Sink(_scratch.Directory, "x", _stream, 1000, resumes: true, indexes: true);

        Assert.Equal($"{Index}: there is no index: an earlier run stored the first part of the stream", warning);
        Assert.Null(Read("x").End!.Index);
        Assert.False(File.Exists(Index));
    }

    [Fact]
    public void A_complete_archive_that_goes_on_with_nothing_keeps_its_index()
    {
        SampleArchive.Sink(_scratch.Directory, "empty", [], 1000, indexes: true);
        var before = Listing.Of(_scratch.Directory, withTimes: true);
        Assert.Equal("", SampleArchive.Sink(_scratch.Directory, "x", _stream, 1000, resumes: true, indexes: true));
        Assert.Equal("", SampleArchive.Sink(_scratch.Directory, "empty", [], 1000, resumes: true, indexes: true));
        Assert.Contains("there is no index", SampleArchive.Sink(_scratch.Directory, "bare", _stream, 1000, resumes: true, indexes: true), StringComparison.Ordinal);
        Assert.Equal(before, Listing.Of(_scratch.Directory, withTimes: true));
    }

    private void AssertRefused(string fault)
    {
        Assert.Equal(new Finding(fault), new StoredIndex(Read("x")).Verify());
        var failure = Assert.Throws<Failure>(() => Member("x", "etc/motd"));
        Assert.Equal((ExitCode.Integrity, $"{Index}: {fault}"), (failure.Code, failure.Message));
        Assert.Contains("without --member", failure.Hint, StringComparison.Ordinal);
    }

    private Manifest Read(string name) => Manifest.ReadComplete(new ArchiveName(_scratch.Directory, name));

    private string Member(string name, string path)
    {
        using var source = new ArchiveSource(Resource.Archive([_scratch.Directory], name), new Archiving { Member = path }, 0, _ => { });
        var all = new byte[source.Size];
        for (var at = 0; at < all.Length;)
        {
            at += source.Read(all.AsSpan(at));
        }

        return Encoding.UTF8.GetString(all);
    }
}
