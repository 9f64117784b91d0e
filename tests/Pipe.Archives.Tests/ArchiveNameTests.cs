using Pipe.Protocol;

namespace Pipe.Archives.Tests;

public sealed class ArchiveNameTests
{
    [Theory]
    [InlineData("/dir", "name", "/dir", "name")]
    [InlineData("/dir", "below/name", "/dir/below", "name")]
    [InlineData("/dir", "/other/name", "/other", "name")]
    [InlineData("", "name", "", "name")]
    [InlineData("", "below/name", "below", "name")]
    [InlineData("/", "name", "/", "name")]
    [InlineData("", "/name", "/", "name")]
    public void The_name_may_lead_below_the_directory(string directory, string text, string expectedDirectory, string expectedName)
    {
        var archive = ArchiveName.Of(Resource.Archive([directory, "/second"], text));

        Assert.Equal((expectedDirectory, expectedName), (archive.Directory, archive.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("dir/")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("dir/..")]
    public void What_is_no_name_is_refused(string text) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<Failure>(() => ArchiveName.Of(Resource.Archive([""], text))).Code);

    [Theory]
    [InlineData(0, "x.000000")]
    [InlineData(999_999, "x.999999")]
    [InlineData(1_000_000, "x.1000000")]
    public void Fragments_and_parts_are_told_by_their_numbers(int number, string name)
    {
        var archive = new ArchiveName("", "x");

        Assert.Equal(name, archive.Fragment(number));
        Assert.Equal(number, archive.NumberOf(archive.Fragment(number)));
        Assert.True(archive.IsPart(archive.Part(number)));
        Assert.False(archive.IsPart(name));
        Assert.Null(archive.NumberOf(archive.Part(number)));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("x.manifest")]
    [InlineData("x.index")]
    [InlineData("x.1")]
    [InlineData("x.0000000")]
    [InlineData("x.00000a")]
    [InlineData("x.-00001")]
    [InlineData("x.000000.000000")]
    [InlineData("y.000000")]
    [InlineData(".x.000000")]
    [InlineData("x.000000.pipe-part")]
    [InlineData(".x.000000.pipe-par")]
    [InlineData("x.99999999999")]
    public void Other_files_have_no_number_and_are_no_parts(string file)
    {
        Assert.Null(new ArchiveName("", "x").NumberOf(file));
        Assert.False(new ArchiveName("", "x").IsPart(file));
    }

    [Theory]
    [InlineData("x.manifest", "x")]
    [InlineData("x.manifest.manifest", "x.manifest")]
    [InlineData(".manifest", null)]
    [InlineData("x.000000", null)]
    public void A_manifest_tells_the_archive(string file, string? archive) => Assert.Equal(archive, ArchiveName.OfManifest(file));
}
