using Pipe.Protocol;

namespace Pipe.Trees.Tests;

/// <summary>Where things go, as scp has it.</summary>
public sealed class TreeDestinationTests : IDisposable
{
    private const TreeFlags Recurse = TreeFlags.Recurse;
    private readonly Scratch _scratch = new();

    public TreeDestinationTests() =>
        Listing.Shell(_scratch.Directory, "mkdir from target; echo file > from/file; echo other > from/other; mkdir -p from/dir/sub; echo in > from/dir/sub/in");

    [Theory]
    [InlineData("a file into a directory", "file", "target", (int)TreeFlags.None, "target/file")]
    [InlineData("a file into a directory with a slash", "file", "target/", (int)TreeFlags.Inside, "target/file")]
    [InlineData("a file under a new name", "file", "new", (int)TreeFlags.None, "new")]
    [InlineData("several files into a directory", "file other", "target", (int)TreeFlags.Inside, "target/file target/other")]
    [InlineData("several files into a directory that is to be made", "file other", "missing", (int)TreeFlags.Inside, "missing missing/file missing/other")]
    [InlineData("a directory into a directory", "dir", "target", (int)Recurse, "target/dir target/dir/sub target/dir/sub/in")]
    [InlineData("a directory with a slash into a directory", "dir/", "target", (int)Recurse, "target/dir target/dir/sub target/dir/sub/in")]
    [InlineData("a directory under a new name", "dir", "new", (int)Recurse, "new new/sub new/sub/in")]
    [InlineData("a directory under a new name with a slash", "dir", "new/", (int)(Recurse | TreeFlags.Inside), "new new/sub new/sub/in")]
    [InlineData("what is in a directory into a directory", "dir/.", "target", (int)Recurse, "target/sub target/sub/in")]
    [InlineData("what is in a directory into a new one", "dir/.", "new", (int)Recurse, "new new/sub new/sub/in")]
    [InlineData("a file and a directory", "file dir", "target", (int)(Recurse | TreeFlags.Inside), "target/dir target/dir/sub target/dir/sub/in target/file")]
    public void It_lands_there(string what, string names, string target, int flags, string there)
    {
        Copy(names, target, (TreeFlags)flags);
        Assert.Equal((what, there), (what, string.Join(' ', Names())));
    }

    [Fact]
    public void The_home_directory_of_nobody_is_no_place()
    {
        var failure = Assert.Throws<Failure>(() => TreeDestination.At(Resource.Tree("", ["~nobody-of-that-name"], TreeFlags.None, []), null));
        Assert.Contains("no such user", failure.Message);
    }

    [Fact]
    public void A_file_replaces_a_file_and_takes_its_mode_over()
    {
        Listing.Shell(_scratch.Directory, "echo old > new; chmod 611 new");
        Copy("file", "new", TreeFlags.None);
        Assert.Equal("file\n", File.ReadAllText(_scratch["new"]));
        Assert.Equal(0x189, (int)File.GetUnixFileMode(_scratch["new"]));
    }

    [Fact]
    public void What_a_link_leads_to_is_replaced_and_the_link_stays()
    {
        Listing.Shell(_scratch.Directory, "echo old > target/old; ln -s target/old link");
        Copy("file", "link", TreeFlags.None);
        Assert.Equal("file\n", File.ReadAllText(_scratch["target/old"]));
        Assert.NotNull(File.ResolveLinkTarget(_scratch["link"], returnFinalTarget: false));
    }

    [Fact]
    public void A_link_to_a_directory_is_that_directory()
    {
        Listing.Shell(_scratch.Directory, "ln -s target link");
        Copy("file", "link", TreeFlags.None);
        Assert.Equal("file\n", File.ReadAllText(_scratch["target/file"]));
    }

    [Theory]
    [InlineData("file", "missing/", (int)TreeFlags.Inside)]
    [InlineData("file", "missing/new", (int)TreeFlags.None)]
    [InlineData("file", "from/file/", (int)TreeFlags.None)]
    [InlineData("file other", "from/file", (int)TreeFlags.Inside)]
    [InlineData("file", "from/file/new", (int)TreeFlags.None)]
    public void There_is_no_place_for_it(string names, string target, int flags)
    {
        var before = Listing.Of(_scratch.Directory, withTimes: true);
        Assert.Equal(ExitCode.Objects, Assert.Throws<Failure>(() => Copy(names, target, (TreeFlags)flags)).Code);
        Assert.Equal(before, Listing.Of(_scratch.Directory, withTimes: true));
    }

    [Fact]
    public void Several_files_do_not_go_to_one_name() => Assert.Throws<Failure>(() => Copy("file other", "new", TreeFlags.None));

    [Fact]
    public void Several_files_leave_the_one_that_has_the_name_as_it_was()
    {
        Listing.Shell(_scratch.Directory, "echo old > new");
        Assert.Throws<Failure>(() => Copy("file other", "new", TreeFlags.None));
        Assert.Equal("old\n", File.ReadAllText(_scratch["new"]));
        Assert.Equal(["new"], Names());
    }

    [Fact]
    public void Several_files_of_one_name_do_not_go_to_one_name_either()
    {
        Listing.Shell(_scratch.Directory, "mkdir from/a from/b; echo a > from/a/f; echo b > from/b/f; echo old > new");
        Assert.Throws<Failure>(() => Copy("a/f b/f", "new", TreeFlags.None));
        Assert.Equal("old\n", File.ReadAllText(_scratch["new"]));
        Assert.Equal(["new"], Names());
    }

    [Fact]
    public void A_link_to_nothing_is_no_target()
    {
        Listing.Shell(_scratch.Directory, "ln -s nothing link");
        Assert.Throws<Failure>(() => Copy("file", "link", TreeFlags.None));
        Assert.False(File.Exists(_scratch["nothing"]));
    }

    [Fact]
    public void A_device_is_written_into_and_stays()
    {
        var copy = Copy("file", "/dev/null", TreeFlags.None);
        Assert.Empty(copy.Target.Troubles);
        Assert.NotNull(Pipe.Linux.FileStatus.Of("/dev/null") is { IsCharacterDevice: true } ? "" : null);
    }

    [Fact]
    public void A_directory_does_not_go_into_a_device()
    {
        Assert.NotEmpty(Copy("dir", "/dev/null", Recurse).Target.Troubles);
        Assert.True(Pipe.Linux.FileStatus.Of("/dev/null") is { IsCharacterDevice: true });
    }

    public void Dispose() => _scratch.Dispose();

    private TreeCopy Copy(string names, string target, TreeFlags flags)
    {
        var copy = new TreeCopy();
        var words = names.Split(' ').Select(name => _scratch["from/"] + name);
        copy.Run(Resource.Tree("", words, flags, []), Resource.Tree("", [Path.IsPathRooted(target) ? target : Path.Combine(_scratch.Directory, target)], flags, []));
        return copy;
    }

    private IEnumerable<string> Names() =>
        Directory.GetFileSystemEntries(_scratch.Directory, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(_scratch.Directory, path))
            .Where(path => !path.StartsWith("from", StringComparison.Ordinal) && path != "target")
            .Order(StringComparer.Ordinal);
}
