using Pipe.Linux;

namespace Pipe.Archives.Tests;

public sealed class SpillDirectoriesTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void The_first_is_used_while_it_has_room()
    {
        var spill = new SpillDirectories([_scratch.Directory, "/dev/shm"]);

        Assert.Equal(_scratch.Directory, spill.Next());
        Assert.Equal(_scratch.Directory, spill.Next());
    }

    [Fact]
    public void One_without_any_room_is_passed_over_for_one_that_has_some()
    {
        // A file system that never has a free byte.
        var spill = new SpillDirectories(["/proc", _scratch.Directory]);

        Assert.Equal(Real(_scratch.Directory), spill.Next());
        Assert.True(spill.HasOther("/proc"));
        Assert.False(spill.HasOther(Real(_scratch.Directory)));
    }

    [Fact]
    public void Where_none_has_room_it_stays_with_the_one_in_use()
    {
        var spill = new SpillDirectories(["/proc", "/sys"]);

        Assert.Equal("/proc", spill.Next());
        Assert.False(spill.HasOther("/proc"));
    }

    [Fact]
    public void The_manifest_calls_the_first_nothing_and_the_others_by_where_they_really_are()
    {
        Directory.CreateDirectory(_scratch["real"]);
        File.CreateSymbolicLink(_scratch["link"], "real");
        var spill = new SpillDirectories([_scratch.Directory, _scratch["link"]]);

        Assert.Equal("", spill.NameOf(_scratch.Directory));
        Assert.Equal(Real(_scratch["real"]), spill.NameOf(spill.All[1]));
    }

    [Fact]
    public void One_that_is_not_there_is_a_failure_at_once() =>
        Assert.Equal(Errno.NoEntry, Assert.Throws<LinuxException>(() => new SpillDirectories([_scratch.Directory, _scratch["nowhere"]])).Errno);

    private static string Real(string path) => Paths.Resolve(path)!;
}
