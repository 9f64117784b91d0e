using Pipe.Linux;

namespace Pipe.Archives.Tests;

/// <summary>Which manifest an owner file is about, and that it is about no other.</summary>
public sealed class OwnerFileTests : IDisposable
{
    private readonly Scratch _scratch = new();

    private ArchiveName There => new(_scratch["there"], "x");

    public OwnerFileTests() => Array.ForEach(["here", "copy", "there"], name => Directory.CreateDirectory(_scratch[name]));

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("x")]
    [InlineData("with\nnewline and \\ and\r")]
    public void What_is_written_is_read(string name)
    {
        var (here, there) = (new ArchiveName(_scratch["here"], name), There with { Name = name });
        var written = OwnerFile.For(here, OwnerFile.NewId());

        Assert.Null(OwnerFile.Read(there));
        Assert.True(written.TryWrite(there));
        Assert.Equal(written, OwnerFile.Read(there));
        Assert.False(OwnerFile.For(here, "other").TryWrite(there));
        Assert.Equal(written, OwnerFile.Read(there));
        Assert.Equal([there.Owner], Directory.GetFiles(there.Directory));
    }

    [Fact]
    public void The_owner_has_that_id_and_lies_there_by_whichever_path()
    {
        var here = Manifest("here");
        var owner = OwnerFile.For(here, "abc");
        File.CreateSymbolicLink(_scratch["link"], "here");

        Assert.True(owner.IsOf(here, "abc"));
        Assert.True(owner.IsOf(here with { Directory = _scratch["link"] }, "abc"));
        Assert.False(owner.IsOf(here, "abd"));
        Assert.False(OwnerFile.For(here, "").IsOf(here, ""));
        Assert.False(owner.IsOf(Manifest("copy"), "abc"));
        Assert.False(owner.IsOf(here with { Name = "y" }, "abc"));
    }

    [Fact]
    public void A_hard_link_is_another_manifest()
    {
        var here = Manifest("here");
        using (var link = System.Diagnostics.Process.Start("ln", [here.Manifest, _scratch["copy"]]))
        {
            link.WaitForExit();
        }

        Assert.True(File.Exists(_scratch["copy/x.manifest"]));
        Assert.False(OwnerFile.For(here, "abc").IsOf(here with { Directory = _scratch["copy"] }, "abc"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# pipe archive owner 2\n# id abc\n# manifest {0}\n")]
    [InlineData("# pipe archive owner 1\n# id abc\n# manifest {0}")]
    [InlineData("# pipe archive owner 1\n# id abc\n# manifest {0}\nmore\n")]
    [InlineData("# pipe archive owner 1\n# id\n# manifest {0}\n")]
    public void One_that_makes_no_sense_belongs_to_no_archive(string text)
    {
        var here = Manifest("here");
        File.WriteAllText(There.Owner, string.Format(System.Globalization.CultureInfo.InvariantCulture, text, here.Manifest));
        var owner = OwnerFile.Read(There);
        Assert.False(owner?.IsOf(here, "abc") ?? false);
        Assert.True(owner?.MayBeThere() ?? true);
    }

    [Fact]
    public void An_owner_is_gone_only_if_its_manifest_is_or_has_another_id()
    {
        var here = Manifest("here");
        Assert.True(OwnerFile.For(here, "abc").MayBeThere());
        Assert.False(OwnerFile.For(here, "abd").MayBeThere());
        File.WriteAllText(here.Manifest, "damaged");
        Assert.True(OwnerFile.For(here, "abc").MayBeThere());
        File.Delete(here.Manifest);
        Assert.False(OwnerFile.For(here, "abc").MayBeThere());
    }

    /// <summary>An archive of the id abc in that directory.</summary>
    private ArchiveName Manifest(string directory)
    {
        var archive = new ArchiveName(Paths.Resolve(_scratch[directory])!, "x");
        SampleArchive.Write(archive, SampleArchive.Head("x") with { Id = "abc" }, [], isComplete: true);
        return archive;
    }
}
