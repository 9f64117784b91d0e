using System.Globalization;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees.Tests;

/// <summary>What is packed by several threads and unpacked in any order is the same tree.</summary>
public sealed class TreeCopyTests : TreeCopyTest
{
    private const TreeFlags Keep = TreeFlags.Recurse | TreeFlags.Keep;
    private const TreeFlags All = TreeFlags.Recurse | TreeFlags.All;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_tree_of_many_sizes_is_the_same_there(int seed)
    {
        Plant(seed, 300);
        Copies(Keep, seed);
    }

    [Fact]
    public void Small_blocks_do_as_well()
    {
        Plant(4, 100);
        var copy = new TreeCopy { Room = 48 * 1024 };
        copy.Run(Tree(From + "/.", Keep), Tree(To, Keep));
        Assert.Equal(Listing.Of(From, withTimes: true), Listing.Of(To, withTimes: true));
    }

    [Fact]
    public void Blocks_that_are_too_small_are_refused_and_do_not_look_like_an_empty_tree()
    {
        Plant(5, 3);
        Assert.Equal(ExitCode.Protocol, Assert.Throws<Failure>(() => new TreeCopy { Room = Limits.MinBlock }.Pack(Tree(From, Keep))).Code);
    }

    [Fact]
    public void Names_are_bytes_and_may_be_long_and_deep()
    {
        Listing.Shell(From, """
            touch "$(printf 'raw\377\nname')" ' ' '*' "$(printf '%255s' x)" ...
            d=$(printf '%0250d' 1); for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do mkdir -p "$d"; cd -P "$d"; done; echo deep > file
            """);
        Copies(Keep);
    }

    [Fact]
    public void What_is_too_deep_is_named_and_the_rest_is_copied()
    {
        Listing.Shell(From, """
            echo good > good
            d=$(printf '%0250d' 1); for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18; do mkdir "$d"; cd -P "$d" 2> /dev/null || cd "$d"; done
            """);
        var copy = new TreeCopy();
        copy.Run(Tree(From + "/.", Keep), Tree(To, Keep));
        Assert.Contains("name too long", Assert.Single(copy.Source.Troubles), StringComparison.Ordinal);
        Assert.Equal("good\n", File.ReadAllText(Path.Combine(To, "good")));
        Listing.Shell(Scratch.Directory, "rm -rf from to; mkdir from to");
    }

    [Fact]
    public void Large_files_and_holes_are_the_same_there()
    {
        Listing.Shell(From, """
            head -c 10000000 /dev/urandom > large
            truncate -s 50M hole
            truncate -s 9M sparse; printf middle | dd of=sparse bs=1 seek=5000000 conv=notrunc 2> /dev/null; printf end | dd of=sparse bs=1 seek=9437181 conv=notrunc 2> /dev/null
            head -c 983040 /dev/urandom > piece; head -c 983041 /dev/urandom > piece1; head -c 1048576 /dev/urandom > block
            truncate -s 100 tiny; : > empty
            """);
        Copies(Keep);
        var hole = FileStatus.Of(Path.Combine(To, "hole"))!.Value;
        Assert.True(hole.Blocks * 512 < hole.Size / 2, $"{hole.Blocks} blocks");
    }

    [Fact]
    public void With_All_links_fifos_and_modes_are_the_same_there()
    {
        Listing.Shell(From, """
            echo a > a; chmod 4755 a; mkdir -m 2775 dir; ln a dir/second; ln a third; ln -s ../outside link; ln -s a same; mkfifo -m 604 fifo
            mkdir closed; echo in > closed/file; chmod 555 closed; touch -h -d '1999-12-31 23:59:59.5' link dir closed
            """);
        Copies(All);
        Assert.Equal(3u, FileStatus.Of(Path.Combine(To, "third"))!.Value.Links);
    }

    [Fact]
    public void Without_All_links_are_followed_and_what_is_no_file_is_named()
    {
        Listing.Shell(From, "echo a > a; ln -s a link; mkdir dir; ln -s dir dirlink; echo in > dir/in; mkfifo fifo; ln -s nothing dangling; ln -s .. dir/loop");
        var copy = new TreeCopy();
        copy.Run(Tree(From + "/.", Keep), Tree(To, Keep));
        Assert.Equal("a\n", File.ReadAllText(Path.Combine(To, "link")));
        Assert.Null(File.ResolveLinkTarget(Path.Combine(To, "link"), returnFinalTarget: false));
        Assert.Equal("in\n", File.ReadAllText(Path.Combine(To, "dirlink/in")));
        Assert.Equal(4, copy.Source.Troubles.Count);
        Assert.All(["fifo", "dangling", "dir/loop", "dirlink/loop"], name => Assert.Contains(copy.Source.Troubles, trouble => trouble.Contains($"/{name}: ", StringComparison.Ordinal)));
        Assert.False(Path.Exists(Path.Combine(To, "fifo")));
    }

    [Theory]
    [InlineData((int)TreeFlags.Recurse, "755")]
    [InlineData((int)Keep, "1777")]
    [InlineData((int)All, "7777")]
    public void Setuid_setgid_and_sticky_bits_come_only_with_what_the_manual_says(int flags, string mode)
    {
        Listing.Shell(From, "echo a > small; head -c 2000000 /dev/zero > large; mkdir dir; chmod 7777 small large dir");
        Listing.Shell(Scratch.Directory, "umask 022; touch to/old; chmod 4700 to/old; echo old > from/old; chmod 7777 from/old");
        new TreeCopy().Run(Tree(From + "/.", (TreeFlags)flags), Tree(To, (TreeFlags)flags));
        string Mode(string name) => Convert.ToString(FileStatus.Of(Path.Combine(To, name))!.Value.Permissions, 8);
        Assert.Equal([mode, mode, mode], [Mode("small"), Mode("large"), Mode("dir")]);
        Assert.Equal((flags & (int)(TreeFlags.Keep | TreeFlags.All)) == 0 ? "700" : mode, Mode("old"));
    }

    [Fact]
    public void What_fits_an_exclude_is_left_out()
    {
        Listing.Shell(From, "mkdir -p a/tmp b; touch a/x.o a/x.c a/tmp/y b/x.o b/keep");
        var from = Resource.Tree("", [From + "/."], Keep, ["*.o", "a/tmp"]);
        new TreeCopy().Run(from, Tree(To, Keep));
        Assert.Equal(["a", "a/x.c", "b", "b/keep"], Names());
    }

    [Theory]
    [InlineData("dir/tmp")]
    [InlineData("/dir/tmp")]
    [InlineData("./dir/tmp/")]
    public void A_path_that_is_left_out_begins_below_the_source(string pattern)
    {
        Listing.Shell(Scratch.Directory, "mkdir -p from/dir/tmp from/other/dir/tmp to/from/dir/tmp; touch from/dir/tmp/x from/dir/y to/from/dir/tmp/stays to/from/gone");
        const TreeFlags flags = Keep | TreeFlags.Delete;
        new TreeCopy().Run(Resource.Tree("", [From], flags, [pattern]), Resource.Tree("", [To], flags, [pattern]));
        Assert.Equal(
            ["from", "from/dir", "from/dir/tmp", "from/dir/tmp/stays", "from/dir/y", "from/other", "from/other/dir", "from/other/dir/tmp"], Names());
    }

    [Fact]
    public void A_source_that_fits_an_exclude_is_left_out()
    {
        Listing.Shell(From, "mkdir dir; touch a.o b.c dir/c.o dir/d");
        new TreeCopy().Run(Resource.Tree("", [From + "/*"], Keep, ["*.o"]), Tree(To, Keep));
        Assert.Equal(["b.c", "dir", "dir/d"], Names());
    }

    [Theory]
    [InlineData("/proc/version")]
    [InlineData("/sys/devices/system/cpu/possible")]
    public void A_file_is_what_can_be_read_of_it_whatever_its_size_is_said_to_be(string path)
    {
        new TreeCopy().Run(Tree(path, Keep), Tree(To, Keep));
        Assert.Equal(File.ReadAllText(path), File.ReadAllText(Path.Combine(To, Path.GetFileName(path))));
    }

    [Fact]
    public void Of_what_lies_on_another_file_system_the_directory_is_made()
    {
        // A link to it, because mounting takes a privilege: without All it is followed.
        Listing.Shell(From, "mkdir dir; ln -s /proc/self/fdinfo elsewhere; ln -s /proc/self/fdinfo dir/elsewhere; touch dir/file");
        new TreeCopy().Run(Tree(From + "/.", Keep | TreeFlags.OneFileSystem), Tree(To, Keep));
        Assert.Equal(["dir", "dir/elsewhere", "dir/file", "elsewhere"], Names());
        new TreeCopy().Run(Tree(From, Keep | TreeFlags.OneFileSystem), Tree(To, Keep));
        Assert.Equal(["dir", "dir/elsewhere", "dir/file", "elsewhere", "from", "from/dir", "from/dir/elsewhere", "from/dir/file", "from/elsewhere"], Names());
    }

    [Fact]
    public void What_only_the_target_has_is_deleted_if_that_is_asked_for()
    {
        Listing.Shell(Scratch.Directory, "mkdir -p from/dir to/dir/old/deep to/gone outside; touch from/dir/a to/dir/b to/dir/old/deep/c to/x.keep to/top outside/safe; ln -s ../../outside to/dir/link");
        var flags = Keep | TreeFlags.Delete;
        new TreeCopy().Run(Resource.Tree("", [From + "/."], flags, ["*.keep"]), Resource.Tree("", [To], flags, ["*.keep"]));
        Assert.Equal(["dir", "dir/a", "x.keep"], Names());
        Assert.True(File.Exists(Scratch["outside/safe"]));
    }

    [Fact]
    public void Nothing_is_deleted_if_not_all_could_be_read()
    {
        Listing.Shell(Scratch.Directory, "mkfifo from/fifo; touch to/old");
        var copy = new TreeCopy();
        copy.Run(Tree(From + "/.", Keep | TreeFlags.Delete), Tree(To, Keep | TreeFlags.Delete));
        Assert.Equal(["old"], Names());
        Assert.NotEmpty(copy.Target.Troubles);
    }

    [Fact]
    public void What_is_there_is_not_sent_again()
    {
        Plant(6, 50);
        Listing.Shell(From, "head -c 20000000 /dev/urandom > large");
        Copies(Keep);
        Listing.Shell(From, "printf changed | dd of=large bs=1 seek=12000000 conv=notrunc 2> /dev/null; echo new > new");
        long packed = 0;
        var copy = new TreeCopy { Packed = block => packed += block.Length };
        copy.Run(Tree(From + "/.", Keep | TreeFlags.Resume), Tree(To, Keep | TreeFlags.Resume));
        Assert.Equal(Listing.Of(From, withTimes: true), Listing.Of(To, withTimes: true));
        Assert.InRange(packed, 1, 2_000_000);
    }

    [FactNotAsRoot]
    public void A_name_that_cannot_be_looked_at_leaves_no_folder_open()
    {
        Listing.Shell(From, "mkdir closed; touch closed/file; chmod 600 closed");
        var copy = new TreeCopy();
        copy.Run(Tree(From + "/closed/file", All), Tree(To, All));
        Assert.Contains("permission denied", Assert.Single(copy.Source.Troubles), StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetFileSystemEntries("/proc/self/fd"), fd => new FileInfo(fd).LinkTarget == Path.Combine(From, "closed"));
    }

    [FactNotAsRoot]
    public void What_cannot_be_read_is_named_and_the_rest_is_copied()
    {
        Listing.Shell(From, "echo a > a; echo b > secret; chmod 0 secret; mkdir -m 0 closed");
        var copy = new TreeCopy();
        copy.Run(Tree(From + "/.", Keep), Tree(To, Keep));
        Assert.Equal(2, copy.Source.Troubles.Count);
        Assert.Equal(["a"], Names());
    }

    [Theory]
    [InlineData("shrinks")]
    [InlineData("grows")]
    [InlineData("changes")]
    [InlineData("vanishes")]
    public void A_file_that_changes_while_it_is_read_is_named(string how)
    {
        Listing.Shell(From, "head -c 30000000 /dev/urandom > large; echo a > a");
        var script = how switch { "shrinks" => "truncate -s 100 large", "grows" => "echo more >> large", "changes" => "touch large", _ => "rm large" };
        var isDone = false;
        var copy = new TreeCopy
        {
            Packed = block =>
            {
                if (!isDone && block.Length > 500_000)
                {
                    isDone = true;
                    Listing.Shell(From, script);
                }
            },
        };
        copy.Run(Tree(From + "/.", Keep), Tree(To, Keep));
        Assert.Equal(how == "vanishes" ? 0 : 1, copy.Source.Troubles.Count);
        Assert.Equal(how == "shrinks" ? ["a"] : ["a", "large"], Names());
        Assert.Equal(how == "shrinks" ? "a" : "30000000", how == "shrinks" ? "a" : new FileInfo(Path.Combine(To, "large")).Length.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Files_that_come_and_go_during_the_copy_do_no_harm()
    {
        Plant(7, 500);
        var isOver = false;
        var storm = Limit.Of(() =>
        {
            var random = new Random(1);
            while (!Volatile.Read(ref isOver))
            {
                var path = Path.Combine(From, "storm" + random.Next(20).ToString(CultureInfo.InvariantCulture));
                File.WriteAllBytes(path, new byte[random.Next(100_000)]);
                File.Delete(path);
            }
        });
        var copy = new TreeCopy();
        copy.Run(Tree(From + "/.", Keep), Tree(To, Keep));
        Volatile.Write(ref isOver, true);
        await storm;
        Listing.Shell(Scratch.Directory, "rm -f from/storm* to/storm*");
        Assert.Empty(copy.Target.Troubles);
        Assert.Equal(Listing.Of(Path.Combine(From, "d1")), Listing.Of(Path.Combine(To, "d1")));
    }

    /// <summary>Files in directories, most of them small.</summary>
    private void Plant(int seed, int count)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var directory = Path.Combine(From, "d" + (i % 7).ToString(CultureInfo.InvariantCulture), "e" + (i % 3).ToString(CultureInfo.InvariantCulture));
            Directory.CreateDirectory(directory);
            var bytes = new byte[(int)Math.Pow(2, random.NextDouble() * (i % 20 == 0 ? 22 : 14)) - 1];
            random.NextBytes(bytes);
            File.WriteAllBytes(Path.Combine(directory, "f" + i.ToString(CultureInfo.InvariantCulture)), bytes);
        }
    }
}
