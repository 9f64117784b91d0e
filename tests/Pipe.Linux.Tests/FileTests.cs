namespace Pipe.Linux.Tests;

/// <summary>Data and holes of a file, its status, and operations on its name.</summary>
public sealed class FileTests : IDisposable
{
    private const long End = 4 << 20;
    private const long DataAt = 1 << 20;
    private const int DataSize = 1 << 18;
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [FactNeeding(Need.Holes)]
    public void Data_and_holes_are_found_in_a_sparse_file()
    {
        using var fd = Sparse();
        Assert.Equal(DataAt, fd.NextData(0, End));
        Assert.Equal(DataAt + 5, fd.NextData(DataAt + 5, End));
        Assert.Equal(DataAt + DataSize, fd.NextHole(DataAt, End));
        Assert.Equal(0, fd.NextHole(0, End));
        Assert.Equal(End, fd.NextData(DataAt + DataSize, End));
        Assert.True(FileStatus.Of(fd).IsSparse);
    }

    [FactNeeding(Need.Holes)]
    public void Nothing_is_found_beyond_the_end_that_was_asked_for()
    {
        using var fd = Sparse();
        Assert.Equal(DataAt - 1, fd.NextData(0, DataAt - 1));
        Assert.Equal(DataAt + 1, fd.NextHole(DataAt, DataAt + 1));
        Assert.Equal(End, fd.NextData(End, End));
        Assert.Equal(End + 10, fd.NextHole(End + 5, End + 10));
    }

    [Fact]
    public void A_file_without_holes_has_its_hole_at_its_end()
    {
        using var fd = _scratch.Create("dense", new byte[DataSize]);
        fd.Sync();
        Assert.Equal(0, fd.NextData(0, DataSize));
        Assert.Equal(DataSize, fd.NextHole(0, DataSize));
        Assert.False(FileStatus.Of(fd).IsSparse);
    }

    [FactNeeding(Need.Holes)]
    public void A_punched_stretch_reads_as_zeros_and_takes_no_space()
    {
        using var fd = _scratch.Create("punched", [.. Enumerable.Repeat((byte)7, DataSize * 2)]);
        fd.Sync();
        Assert.True(fd.TryPunch(0, DataSize));
        var read = new byte[DataSize * 2];
        Assert.Equal(read.Length, fd.ReadAt(read, 0));
        Assert.All(read[..DataSize], b => Assert.Equal(0, b));
        Assert.All(read[DataSize..], b => Assert.Equal(7, b));
        Assert.Equal(DataSize, fd.NextData(0, DataSize * 2));
        Assert.Equal(DataSize * 2, FileStatus.Of(fd).Size);
    }

    [Fact]
    public void Punching_what_cannot_have_holes_says_no_or_why()
    {
        Assert.False(_scratch.Create("zero").TryPunch(0, 0)); // no length at all is invalid
        var (read, write) = Fd.Pipe("a pipe");
        using (read)
        using (write)
        {
            Assert.Equal(Errno.IllegalSeek, Assert.Throws<LinuxException>(() => write.TryPunch(0, 4096)).Errno);
        }
    }

    [Fact]
    public void A_pipe_has_no_position_and_a_file_keeps_the_one_it_was_given()
    {
        var (read, write) = Fd.Pipe("a pipe");
        using (read)
        using (write)
        {
            Assert.Equal(-1, read.Position());
            Assert.Throws<LinuxException>(() => read.SetPosition(1));
        }

        using var fd = _scratch.Create("file", "12345"u8);
        Assert.Equal(0, fd.Position());
        fd.SetPosition(3);
        Assert.Equal(3, fd.Position());
        Assert.Equal(2, fd.Read(new byte[10]));
    }

    [Fact]
    public void Truncating_sets_the_length_both_ways()
    {
        using var fd = _scratch.Create("file", "12345"u8);
        fd.Truncate(2);
        Assert.Equal(2, FileStatus.Of(fd).Size);
        fd.Truncate(5L << 30);
        Assert.Equal(5L << 30, FileStatus.Of(fd).Size);
        using var readOnly = Fd.Open(_scratch["file"], OpenFlags.ReadOnly);
        Assert.Throws<LinuxException>(() => readOnly.Truncate(0));
    }

    [Fact]
    public void Free_space_is_what_another_program_says_it_is()
    {
        using var fd = _scratch.Create("file");
        var said = new DriveInfo(_scratch.Directory).AvailableFreeSpace;
        Assert.InRange(fd.FreeBytes(), said / 2, said * 2); // others write meanwhile
    }

    [Fact]
    public void The_size_of_a_device_is_asked_of_devices_only()
    {
        using var fd = _scratch.Create("file", "12345"u8);
        Assert.Equal(Errno.NotTerminal, Assert.Throws<LinuxException>(() => fd.DeviceSize()).Errno);
    }

    [Fact]
    public void The_flags_of_an_open_file_are_known()
    {
        using var fd = Fd.Open(_scratch["log"], OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Append, 0x180);
        Assert.Equal(OpenFlags.Append, fd.Flags() & OpenFlags.Append);
        Assert.Equal(OpenFlags.WriteOnly, fd.Flags() & 3);
    }

    [Fact]
    public void Status_is_what_another_program_says_it_is()
    {
        using var fd = _scratch.Create("file", "12345"u8);
        fd.ChangeMode(0xDA4); // set-user-ID, set-group-ID, rw-r--r-- and more
        var status = FileStatus.Of(fd);
        var said = Shell.Run($"stat -c '%a %u %s %b %i %Y' '{_scratch["file"]}'").Said.Trim();
        Assert.Equal(said, $"{Convert.ToString(status.Permissions, 8)} {status.Owner} {status.Size} {status.Blocks} {status.Inode} {status.ModifiedSeconds}");
        Assert.Equal(FileStatus.Of(_scratch["file"]), status);
    }

    [Fact]
    public void A_change_of_the_time_shows_down_to_nanoseconds()
    {
        using var fd = _scratch.Create("file");
        Assert.Equal(0, Shell.Run($"touch -d '2001-02-03 04:05:06.123456789 UTC' '{_scratch["file"]}'").Status);
        var status = FileStatus.Of(fd);
        Assert.Equal(new DateTimeOffset(2001, 2, 3, 4, 5, 6, TimeSpan.Zero).ToUnixTimeSeconds(), status.ModifiedSeconds);
        Assert.Equal(123456789u, status.ModifiedNanoseconds);
    }

    [Fact]
    public void Every_kind_of_file_is_told_from_the_others()
    {
        using var file = _scratch.Create("file");
        var (read, write) = Fd.Pipe("a pipe");
        using (read)
        using (write)
        {
            Assert.Equal("regular", Kind(FileStatus.Of(file)));
            Assert.Equal("pipe", Kind(FileStatus.Of(read)));
        }

        Assert.Equal("directory", Kind(FileStatus.Of(_scratch.Directory)!.Value));
        Assert.Equal("character", Kind(FileStatus.Of("/dev/null")!.Value));

        static string Kind(FileStatus status) => string.Join(' ', new[]
        {
            status.IsRegular ? "regular" : "", status.IsDirectory ? "directory" : "", status.IsBlockDevice ? "block" : "",
            status.IsCharacterDevice ? "character" : "", status.IsPipe ? "pipe" : "",
        }.Where(kind => kind.Length > 0));
    }

    [Fact]
    public void Two_files_differ_in_their_identity_and_two_names_of_one_do_not()
    {
        using var one = _scratch.Create("one");
        using var two = _scratch.Create("two");
        Assert.Equal(0, Shell.Run($"ln '{_scratch["one"]}' '{_scratch["other"]}'").Status);
        Assert.NotEqual(Identity(FileStatus.Of(one)), Identity(FileStatus.Of(two)));
        Assert.Equal(Identity(FileStatus.Of(one)), Identity(FileStatus.Of(_scratch["other"])!.Value));

        static (ulong Device, ulong Inode) Identity(FileStatus status) => (status.Device, status.Inode);
    }

    [Fact]
    public void What_is_not_there_has_no_status_and_other_errors_are_told()
    {
        Assert.Null(FileStatus.Of(_scratch["none"]));
        using var file = _scratch.Create("file");
        Assert.Throws<LinuxException>(() => FileStatus.Of(_scratch["file"] + "/below"));
    }

    [FactNeeding(Need.NamelessFiles)]
    public void A_nameless_file_is_seen_only_once_it_is_linked()
    {
        using var folder = Folder.Open(_scratch.Directory);
        using var fd = folder.OpenMember(".", OpenFlags.Nameless | OpenFlags.ReadWrite, 0x1A4);
        fd.WriteAll("whole"u8);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_scratch.Directory));
        Assert.True(folder.TryLink(fd, "new"));
        Assert.Equal("whole", File.ReadAllText(_scratch["new"]));
    }

    [FactNeeding(Need.NamelessFiles)]
    public void A_nameless_file_does_not_replace_another_but_its_name_can()
    {
        File.WriteAllText(_scratch["name"], "old");
        using var folder = Folder.Open(_scratch.Directory);
        using var fd = folder.OpenMember(".", OpenFlags.Nameless | OpenFlags.ReadWrite, 0x1A4);
        fd.WriteAll("new"u8);
        Assert.False(folder.TryLink(fd, "name"));
        Assert.Equal("old", File.ReadAllText(_scratch["name"]));
        Assert.True(folder.TryLink(fd, "aside"));
        Paths.Rename(_scratch["aside"], _scratch["name"]);
        Assert.Equal("new", File.ReadAllText(_scratch["name"]));
        Assert.Equal(["name"], Directory.EnumerateFileSystemEntries(_scratch.Directory).Select(Path.GetFileName));
    }

    [FactNeeding(Need.NamelessFiles)]
    public void A_link_into_a_directory_that_is_not_there_is_an_error()
    {
        using var folder = Folder.Open(_scratch.Directory);
        using var fd = folder.OpenMember(".", OpenFlags.Nameless | OpenFlags.ReadWrite, 0x1A4);
        Assert.Equal(Errno.NoEntry, Assert.Throws<LinuxException>(() => folder.TryLink(fd, "none/new")).Errno);
    }

    [Fact]
    public void Renaming_what_is_not_there_is_an_error_with_the_new_name()
    {
        var e = Assert.Throws<LinuxException>(() => Paths.Rename(_scratch["none"], _scratch["new"]));
        Assert.StartsWith(_scratch["new"], e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Removing_twice_is_no_fault_and_removing_a_directory_is()
    {
        _scratch.Create("file").Dispose();
        Paths.Remove(_scratch["file"]);
        Assert.False(File.Exists(_scratch["file"]));
        Paths.Remove(_scratch["file"]);
        Assert.Throws<LinuxException>(() => Paths.Remove(_scratch.Directory));
    }

    [Fact]
    public void A_path_is_resolved_through_its_links()
    {
        _scratch.Create("file").Dispose();
        Assert.Equal(0, Shell.Run($"cd '{_scratch.Directory}' && ln -s file one && ln -s one two && ln -s nowhere dangling").Status);
        Assert.Equal(Paths.Resolve(_scratch["file"]), Paths.Resolve(_scratch["two"]));
        Assert.EndsWith("/file", Paths.Resolve(_scratch["two"]), StringComparison.Ordinal);
        Assert.Null(Paths.Resolve(_scratch["dangling"]));
        Assert.Null(Paths.Resolve(_scratch["none"]));
    }

    [Theory]
    [InlineData("", "name", "name")]
    [InlineData("dir", "name", "dir/name")]
    [InlineData("dir/", "name", "dir/name")]
    [InlineData("/", "name", "/name")]
    [InlineData("/dir", "sub/name", "/dir/sub/name")]
    [InlineData("/dir", "/name", "/name")]
    public void A_name_is_joined_to_a_directory(string directory, string name, string joined) => Assert.Equal(joined, Paths.Join(directory, name));

    [Theory]
    [InlineData("name", ".", "name")]
    [InlineData("/name", "/", "name")]
    [InlineData("dir/name", "dir", "name")]
    [InlineData("/a/b/c", "/a/b", "c")]
    [InlineData("a/", "a", "")]
    public void A_path_is_cut_into_directory_and_name(string path, string directory, string name) =>
        Assert.Equal((directory, name), (Paths.DirectoryOf(path), Paths.NameOf(path)));

    [Fact]
    public void The_user_is_the_one_that_another_program_sees() => Assert.Equal(Shell.Run("id -u").Said.Trim(), $"{Ids.EffectiveUser}");

    [Fact]
    public void The_umask_is_read_without_being_changed()
    {
        var said = Shell.Run("umask").Said.Trim();
        Assert.Equal(Convert.ToUInt32(said, 8), Paths.Umask());
        Assert.Equal(said, Shell.Run("umask").Said.Trim());
    }

    private Fd Sparse()
    {
        var fd = _scratch.Create("sparse");
        fd.Truncate(End);
        fd.WriteAllAt([.. Enumerable.Repeat((byte)1, DataSize)], DataAt);
        fd.Sync();
        return fd;
    }
}
