namespace Pipe.Linux.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private const uint Mode = 0x180;
    private readonly Scratch _scratch = new();

    private string Target => _scratch["target"];

    private IEnumerable<string?> Names => Directory.EnumerateFileSystemEntries(_scratch.Directory).Select(Path.GetFileName).Order();

    public void Dispose() => _scratch.Dispose();

    public static TheoryData<bool> Kinds() => new([.. new FactNeedingAttribute(Need.NamelessFiles).Skip is null ? new[] { true, false } : [false]]);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_old_file_stays_until_the_commit(bool isNameless)
    {
        File.WriteAllText(Target, "old");
        using var file = Create(isNameless);
        file.Fd.WriteAllAt("new"u8, 0);
        Assert.Equal("old", File.ReadAllText(Target));
        Assert.Equal(isNameless ? ["target"] : [".part", "target"], Names);

        file.Commit("target");

        Assert.True(file.IsInPlace);
        Assert.Equal("new", File.ReadAllText(Target));
        Assert.Equal(["target"], Names);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Abandoned_it_never_gets_the_name_and_leaves_nothing(bool isNameless)
    {
        using var file = Create(isNameless);
        file.Abandon();
        Assert.Throws<OperationCanceledException>(() => file.Commit("target"));
        Assert.Empty(Names);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Disposed_without_a_commit_it_leaves_nothing(bool isNameless)
    {
        Create(isNameless).Dispose();
        Assert.Empty(Names);
    }

    [Fact]
    public void A_commit_outlives_the_object()
    {
        using (var file = Create(isNameless: false))
        {
            file.Commit("target");
        }

        Assert.Equal(["target"], Names);
    }

    [Fact]
    public void One_that_is_kept_stays_under_its_present_name()
    {
        using (var file = Kept())
        {
            file.Fd.WriteAllAt("part"u8, 0);
        }

        Assert.Equal("part", File.ReadAllText(_scratch[".part"]));
    }

    /// <summary>Another process has put a file of its own in the place of the partial one: that is not what was written here.</summary>
    [Fact]
    public void What_has_its_present_name_by_now_is_not_committed_in_its_place()
    {
        File.WriteAllText(Target, "old");
        using var file = Kept();
        File.Delete(_scratch[".part"]);
        File.WriteAllText(_scratch[".part"], "strange");

        Assert.Equal(Errno.NoEntry, Assert.Throws<LinuxException>(() => file.Commit("target")).Errno);

        Assert.False(file.IsInPlace);
        Assert.Equal("old", File.ReadAllText(Target));
    }

    [Fact]
    public void A_name_that_is_taken_is_left_alone_on_request()
    {
        File.WriteAllText(Target, "old");
        using (var file = Create(isNameless: false))
        {
            Assert.False(file.TryRename("target"));
        }

        Assert.Equal("old", File.ReadAllText(Target));
        using (var file = Create(isNameless: false))
        {
            Assert.True(file.TryRename("free"));
        }

        Assert.Equal(["free", "target"], Names);
    }

    [Fact]
    public void A_leftover_under_the_temporary_name_is_removed_only_on_request()
    {
        File.WriteAllText(_scratch[".part"], "left by a killed process");
        Assert.Equal(Errno.Exists, Assert.Throws<LinuxException>(() => Create(isNameless: false)).Errno);
        using var file = AtomicFile.CreateAnew(Folder.Open(_scratch.Directory), ".part", Mode);
        Assert.Equal(0, FileStatus.Of(file.Fd).Size);
    }

    [Fact]
    public void Messages_name_the_file_as_it_was_given()
    {
        var missing = _scratch["none/target"];
        Assert.StartsWith($"{missing}: ", Assert.Throws<LinuxException>(() => Folder.Of(missing)).Message, StringComparison.Ordinal);
        using var here = Folder.Of("target");
        Assert.Equal("target", here.NameOf("target"));
        using var file = AtomicFile.Create(Folder.Of(Target), ".part", Mode, shownAs: "as given");
        Assert.Equal("as given", file.Fd.Name);
    }

    private AtomicFile Create(bool isNameless)
    {
        var folder = Folder.Of(Target);
        return isNameless ? AtomicFile.CreateNameless(folder, ".part", Mode, Target) : AtomicFile.Create(folder, ".part", Mode);
    }

    private AtomicFile Kept() => new(Folder.Of(Target), Fd.Open(_scratch[".part"], OpenFlags.ReadWrite | OpenFlags.Create, Mode), ".part", isKept: true);
}
