using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives.Tests;

/// <summary>What is removed, what is not, and that nothing has happened when it is refused.</summary>
public sealed class RemovalTests : IDisposable
{
    private const int Fragment = 1000;
    private readonly Scratch _scratch = new();

    private ArchiveName Name => new(_scratch.Directory, "x");

    public RemovalTests() => SampleArchive.Sink(_scratch.Directory, "x", SampleArchive.Stream(3500), Fragment);

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void A_whole_one_goes_with_all_of_its_files()
    {
        Remove();
        Assert.Empty(_scratch.Names);
    }

    [Fact]
    public void A_missing_fragment_does_not_keep_it()
    {
        File.Delete(_scratch["x.000001"]);
        Remove();
        Assert.Empty(_scratch.Names);
    }

    [Theory]
    [InlineData("# pipe archive 1")]
    [InlineData("# started")]
    [InlineData("# end")]
    [InlineData("  x.000001")]
    public void A_damaged_one_is_refused_untouched_and_goes_when_that_is_insisted_on(string at)
    {
        Damage(at);
        var before = _scratch.Names;

        var failure = Assert.Throws<Failure>(() => Remove());
        Assert.Equal(ExitCode.Integrity, failure.Code);
        Assert.StartsWith(Name.Manifest + ": ", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, _scratch.Names);

        Remove(isForced: true);
        Assert.DoesNotContain("x.manifest", _scratch.Names);
        Assert.DoesNotContain("x.000000", _scratch.Names);
    }

    [Fact]
    public void What_a_damaged_manifest_does_not_name_is_left_and_told()
    {
        Damage("  x.000002");
        File.WriteAllText(_scratch["x.000077"], "a stranger's");

        using (var removal = new Removal(Name, isForced: true))
        {
            Assert.Equal([_scratch["x.000002"], _scratch["x.000077"]], removal.Left.Select(file => file.Path));
            removal.Carry(null);
        }

        Assert.Equal(["x.000002", "x.000077"], _scratch.Names);
    }

    [Theory]
    [InlineData("mine", true)]
    [InlineData("theirs", false)]
    [InlineData("size", false)]
    [InlineData("owned", false)]
    public void A_damaged_manifest_leads_to_another_directory_only_if_the_user_says_so_and_nothing_speaks_against_it(string directory, bool isGone)
    {
        var path = _scratch[directory];
        Directory.CreateDirectory(path);
        File.WriteAllBytes($"{path}/y.000000", new byte[directory == "size" ? 11 : 10]);
        File.WriteAllText(_scratch[directory == "theirs" ? "theirs/y.manifest" : "none"], "of another archive");
        if (directory == "owned")
        {
            Assert.True(new OwnerFile("1234", "/elsewhere/y.manifest").TryWrite(new ArchiveName(path, "y")));
        }

        foreach (var vouched in (string[][])[[], [_scratch["none"]], [path]])
        {
            File.WriteAllText(
                _scratch["y.manifest"],
                $"# pipe archive 1\n# at 0 size 10 xxh3 0123456789abcdef time T\n{new string('0', 64)}  {path}/y.000000\n# end of it\n");
            using var removal = new Removal(new ArchiveName(_scratch.Directory, "y"), isForced: true, vouched);
            var isRemoved = isGone && vouched is [var only] && only == path;
            string[] left = isRemoved ? [] : [$"{path}/y.000000"];
            Assert.Equal(left, removal.Left.Select(file => file.Path));
            removal.Carry(null);
            Assert.Equal(isRemoved, !File.Exists($"{path}/y.000000"));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fragments_elsewhere_go_with_the_manifest_that_their_owner_file_names(bool isForced)
    {
        var (here, there) = (new ArchiveName(Path.Combine(_scratch.Directory, "here"), "y"), new ArchiveName(Path.Combine(_scratch.Directory, "there"), "y"));
        Array.ForEach([here, there], archive => Directory.CreateDirectory(archive.Directory));
        SampleArchive.Write(here, SampleArchive.Head("y") with { Id = "abc" }, SampleArchive.Fragments([10, 10], number => number > 0 ? there.Directory : ""), isComplete: true);
        if (isForced)
        {
            File.AppendAllText(here.Manifest, "damage\n");
        }

        foreach (var (owner, isGone) in new[]
        {
            (new OwnerFile("abd", here.Manifest), false),
            (new OwnerFile("", here.Manifest), false),
            (new OwnerFile("abc", there.Manifest), false),
            (new OwnerFile("abc", $"{here.Directory}/z.manifest"), false),
            (new OwnerFile("abc", here.Manifest), true),
        })
        {
            var manifest = File.ReadAllBytes(here.Manifest);
            Array.ForEach([here.Fragment(0), here.Fragment(1)], name => File.WriteAllText(Path.Combine(name.EndsWith('0') ? here.Directory : there.Directory, name), "0123456789"));
            File.Delete(there.Owner);
            Assert.True(owner.TryWrite(there));
            using (var removal = new Removal(here, isForced))
            {
                (string, int)[] elsewhere = isGone ? [(there.Directory, 1)] : [];
                Assert.Equal(elsewhere, removal.Elsewhere);
                removal.Carry(null);
            }

            Assert.Empty(Directory.GetFiles(here.Directory));
            Assert.Equal(isGone, Directory.GetFiles(there.Directory).Length == 0);
            File.WriteAllBytes(here.Manifest, manifest);
        }
    }

    [Fact]
    public void Copies_of_files_that_have_another_name_are_not_given_up()
    {
        using var hsm = new FakeHsm();
        var system = FakeHsm.System(FakeHsm.Systems.Single(name => name.Split(':')[0] == "gpfs-script"));
        SampleArchive.Sink(hsm.Root, "x", SampleArchive.Stream(1500), Fragment);
        hsm.Migrate(system, [hsm["x.000000"], hsm["x.000001"]]);
        Directory.CreateDirectory(hsm["copy"]);
        File.Copy(hsm["x.manifest"], hsm["copy/x.manifest"]);
        File.CreateSymbolicLink(hsm["copy/x.000001"], hsm["x.000001"]);
        using (var link = System.Diagnostics.Process.Start("ln", [hsm["x.000000"], hsm["copy"]]))
        {
            link.WaitForExit();
            Assert.Equal(0, link.ExitCode);
        }

        using (var removal = new Removal(new ArchiveName(hsm["copy"], "x"), isForced: false))
        {
            removal.Carry(new ForgottenCopies(system));
        }

        Assert.Empty(hsm.Events("forget"));
        Assert.True(File.Exists(hsm["x.000000"]) && File.Exists(hsm["x.000001"]));
        Assert.Empty(Directory.GetFiles(hsm["copy"]));
    }

    [Fact]
    public void A_file_that_is_no_manifest_stays_even_so()
    {
        File.WriteAllText(_scratch["jar.manifest"], "Manifest-Version: 1.0\n# end\n");
        var failure = Assert.Throws<Failure>(() => new Removal(new ArchiveName(_scratch.Directory, "jar"), isForced: true));
        Assert.Equal($"{_scratch["jar.manifest"]}: nothing in it shows that it is a manifest", failure.Message);
        Assert.True(File.Exists(_scratch["jar.manifest"]));
    }

    [Fact]
    public void One_that_is_being_written_is_refused()
    {
        using var writer = Fd.Open(Name.Manifest, OpenFlags.ReadWrite);
        Assert.True(writer.TryLock());
        Assert.Equal($"{Name.Path}: another process is writing this archive", Assert.Throws<Failure>(() => Remove()).Message);
    }

    [Fact]
    public void There_must_be_one() =>
        Assert.Equal($"{_scratch["none"]}: no such archive", Assert.Throws<Failure>(() => new Removal(new ArchiveName(_scratch.Directory, "none"), isForced: false)).Message);

    [Theory]
    [InlineData("lustre")]
    [InlineData("gpfs-script")]
    public void Copies_are_given_up_if_there_is_a_command_for_that(string kind)
    {
        using var hsm = new FakeHsm();
        var system = FakeHsm.System(FakeHsm.Systems.Single(name => name.Split(':')[0] == kind));
        SampleArchive.Sink(hsm.Root, "x", SampleArchive.Stream(3500), Fragment);
        hsm.Migrate(system, [hsm["x.000001"]]);
        hsm.Release(system, [hsm["x.000002"]]);
        string[] refused = kind == "lustre" ? [$"{hsm["x.000002"]}: is on tape only"] : [];

        using (var removal = new Removal(new ArchiveName(hsm.Root, "x"), isForced: false))
        {
            Assert.Equal(refused, new ForgottenCopies(system).Staying(removal.Fragments));
            Assert.Empty(hsm.Events("forget"));
            Assert.Equal(refused, removal.Carry(new ForgottenCopies(system)));
        }

        string[] given = kind == "lustre" ? [hsm["x.000001"]] : [hsm["x.000001"], hsm["x.000002"]];
        Assert.Equal(given, hsm.Events("forget").Select(line => line[1]));
        Assert.Empty(Directory.GetFiles(hsm.Root));
    }

    [Fact]
    public void Copies_that_are_not_given_up_now_keep_the_fragments_and_those_that_never_are_do_not()
    {
        using var hsm = new FakeHsm();
        var path = hsm.Write("x", [1]);
        var failure = Assert.Throws<Failure>(() => Asking("echo >&2 the robot is stuck; exit 1 #").Forget([path]));
        Assert.Equal(ExitCode.Objects, failure.Code);
        Assert.StartsWith($"{path}: mine does not give up its copy: ", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("the robot is stuck", failure.Message, StringComparison.Ordinal);

        var staying = Assert.Single(Asking("echo >&2 it is cast in concrete; exit 77 #").Forget([path]));
        Assert.StartsWith($"{path}: ", staying, StringComparison.Ordinal);
        Assert.EndsWith("it is cast in concrete", staying, StringComparison.Ordinal);
    }

    private static ForgottenCopies Asking(string forget)
    {
        var profile = new MigrationProfile("mine")
        {
            Migrate = null,
            Recall = null,
            Release = null,
            State = new StateQuery(OwnCommands.Call("echo dual #"), OwnCommands.Parse),
            Forget = OwnCommands.Call(forget),
        };
        return new ForgottenCopies(new MigrationSystem(profile, FakeHsm.Fast));
    }

    /// <summary>A child that another test starts may hold the lock for a moment.</summary>
    private void Remove(bool isForced = false)
    {
        const int patience = 500;
        for (var tries = 1; ; tries++)
        {
            try
            {
                using var removal = new Removal(Name, isForced);
                removal.Carry(null);
                return;
            }
            catch (Failure e) when (tries < patience && e.Message.EndsWith("another process is writing this archive", StringComparison.Ordinal))
            {
                Thread.Sleep(10);
            }
        }
    }

    /// <summary>Changes the last byte of that text.</summary>
    private void Damage(string text)
    {
        var manifest = File.ReadAllText(Name.Manifest);
        var at = manifest.IndexOf(text, StringComparison.Ordinal) + text.Length - 1;
        File.WriteAllText(Name.Manifest, manifest[..at] + (char)(manifest[at] ^ 1) + manifest[(at + 1)..]);
    }
}
