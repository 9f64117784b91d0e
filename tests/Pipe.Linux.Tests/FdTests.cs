namespace Pipe.Linux.Tests;

public sealed class FdTests : IDisposable
{
    private const int BeyondAnyPipe = 3 << 20;
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Reading_at_an_offset_fills_the_buffer_except_at_the_end()
    {
        using var fd = _scratch.Create("ten", "0123456789"u8);
        var buffer = new byte[100];
        Assert.Equal(10, fd.ReadAt(buffer, 0));
        Assert.Equal(3, fd.ReadAt(buffer, 7));
        Assert.Equal("789"u8, buffer.AsSpan(0, 3));
        Assert.Equal(0, fd.ReadAt(buffer, 10));
        Assert.Equal(0, fd.ReadAt(buffer, 1L << 40));
        Assert.Equal(4, fd.ReadAt(buffer.AsSpan(0, 4), 2));
    }

    [Fact]
    public void Writing_at_an_offset_leaves_the_rest_as_it_was()
    {
        using var fd = _scratch.Create("ten", "0123456789"u8);
        fd.WriteAllAt("ab"u8, 4);
        fd.WriteAllAt([], 7);
        Assert.Equal("0123ab6789", File.ReadAllText(_scratch["ten"]));
    }

    [Fact]
    public void Writing_beyond_four_gibibytes_goes_where_it_should()
    {
        const long far = (5L << 30) + 3;
        using var fd = _scratch.Create("far");
        fd.WriteAllAt("x"u8, far);
        Assert.Equal(far + 1, new FileInfo(_scratch["far"]).Length);
    }

    [Fact]
    public void Reading_goes_on_from_read_to_read_and_gives_0_at_the_end()
    {
        using var fd = _scratch.Create("five", "12345"u8);
        var buffer = new byte[3];
        Assert.Equal([3, 2, 0, 0], new[] { fd.Read(buffer), fd.Read(buffer), fd.Read(buffer), fd.Read(buffer) });
    }

    [Fact]
    public void A_full_device_is_reported_as_no_space()
    {
        using var full = Fd.Open("/dev/full", OpenFlags.WriteOnly);
        var e = Assert.Throws<LinuxException>(() => full.WriteAll("x"u8));
        Assert.True(e.IsNoSpace);
        Assert.False(e.IsBrokenPipe);
        Assert.Equal("/dev/full: no space left on device", e.Message);
        Assert.True(Assert.Throws<LinuxException>(() => full.WriteAllAt("x"u8, 0)).IsNoSpace);
    }

    [Fact]
    public void A_pipe_that_nobody_reads_is_reported_as_broken()
    {
        var (read, write) = Fd.Pipe("test");
        read.Dispose();
        using (write)
        {
            var e = Assert.Throws<LinuxException>(() => write.WriteAll("x"u8));
            Assert.True(e.IsBrokenPipe);
            Assert.Equal("test: broken pipe", e.Message);
        }
    }

    [Fact]
    public void A_failing_close_is_an_error()
    {
        const int neverOpen = 900_000;
        Assert.Equal(Errno.BadFd, Assert.Throws<LinuxException>(new Fd(neverOpen, "gone").Close).Errno);
    }

    [Fact]
    public void A_second_close_and_a_dispose_after_it_do_nothing()
    {
        var fd = _scratch.Create("once");
        fd.Close();
        fd.Close();
        fd.Dispose();
        Assert.Equal(-1, fd.Number);
    }

    [Fact]
    public void A_released_number_is_not_closed()
    {
        using var fd = _scratch.Create("kept", "x"u8);
        var other = new Fd(fd.Number, "other");
        other.Release();
        other.Close();
        Assert.Equal(1, fd.ReadAt(new byte[1], 0));
    }

    [Fact]
    public async Task All_of_it_is_written_into_a_pipe_that_is_read_slowly()
    {
        var (read, write) = Fd.Pipe("test");
        using (read)
        {
            var all = Pattern(BeyondAnyPipe);
            var writer = Waiting.Start(() =>
            {
                write.WriteAll(all);
                write.Close();
            });
            Assert.Equal(all, ReadToEnd(read, 1000));
            await writer.Soon();
        }
    }

    [Fact]
    public async Task A_pipe_that_somebody_else_made_non_blocking_is_written_and_read_all_the_same()
    {
        var (read, write) = Fd.Pipe("test");
        using (read)
        {
            SetNonBlocking(read);
            SetNonBlocking(write);
            var reader = Waiting.Start(() => ReadToEnd(read, 5000)); // finds nothing at first
            await reader.StillWaits();
            var all = Pattern(BeyondAnyPipe);
            await Waiting.Start(() =>
            {
                write.WriteAll(all);
                write.Close();
            }).Soon();
            Assert.Equal(all, await reader.Soon());
        }
    }

    [Fact]
    public void Both_ends_of_a_pipe_know_how_much_waits_in_it()
    {
        var (read, write) = Fd.Pipe("test");
        using (read)
        using (write)
        {
            write.WriteAll("12345"u8);
            Assert.Equal((5, 5), (read.BytesWaiting(), write.BytesWaiting()));
            read.Read(new byte[2]);
            Assert.Equal((3, 3), (read.BytesWaiting(), write.BytesWaiting()));
        }
    }

    [Fact]
    public void A_pipe_can_be_made_wider()
    {
        const int wide = 1 << 19;
        var (read, write) = Fd.Pipe("test");
        using (read)
        using (write)
        {
            write.WidenPipe(wide);
            SetNonBlocking(write);
            write.WriteAll(new byte[wide]); // would wait for ever in one of the usual 64 KiB
            Assert.Equal(wide, read.BytesWaiting());
        }
    }

    [Theory]
    [InlineData(65536, Fd.WidePipe)]
    [InlineData(Fd.WidePipe / 2, Fd.WidePipe)]
    [InlineData(Fd.WidePipe * 2, Fd.WidePipe * 2)] // root may have that
    public void The_pipe_of_another_is_widened_and_never_narrowed(int before, int after)
    {
        var (read, write) = Fd.Pipe("test");
        using (read)
        using (write)
        {
            write.WidenPipe(before);
            before = Sys.Fcntl(write.Number, Sys.FcntlGetPipeSize, 0);
            Assert.Same(read, read.Widened());
            Assert.Equal(Math.Min(after, Math.Max(before, Fd.WidePipe)), Sys.Fcntl(write.Number, Sys.FcntlGetPipeSize, 0));
        }
    }

    [Fact]
    public void What_is_no_pipe_stays_as_it_is()
    {
        using var fd = _scratch.Create("plain", "123"u8);
        Assert.Same(fd, fd.Widened());
    }

    [Fact]
    public void A_duplicate_is_out_of_the_way_and_shares_the_offset()
    {
        using var fd = _scratch.Create("both", "123456"u8);
        using var other = fd.Duplicate();
        Assert.True(other.Number > 2);
        using var third = fd.Duplicate(from: 200);
        Assert.True(third.Number >= 200);
        Assert.Equal(fd.Name, other.Name);
        Assert.Equal(2, fd.Read(new byte[2]));
        Assert.Equal(2, other.Position());
        fd.Dispose();
        Assert.Equal(4, other.Read(new byte[10]));
    }

    [Fact]
    public void Nothing_that_is_opened_survives_an_exec()
    {
        const int closeOnExec = 1;
        using var file = _scratch.Create("file");
        using var copy = file.Duplicate();
        using var wake = new Wake();
        using var listener = TcpSocket.Listen(System.Net.IPAddress.Loopback, 0, 0, 0);
        var (read, write) = Fd.Pipe("test");
        using (read)
        using (write)
        {
            Assert.All([file, copy, read, write, wake.Event, listener.Fd], fd => Assert.Equal(closeOnExec, Sys.Fcntl(fd.Number, Sys.FcntlGetDescriptorFlags, 0)));
        }
    }

    [Fact]
    public void A_standard_stream_is_told_from_what_the_runtime_has_opened()
    {
        using var ours = _scratch.Create("file");
        Assert.True(StandardStreams.IsOpen(2));
        Assert.False(StandardStreams.IsOpen(ours.Number));
        Assert.False(StandardStreams.IsOpen(900_000));
    }

    [Fact]
    public void A_symbolic_link_is_not_followed_where_that_is_asked_for()
    {
        Assert.Equal(0, Shell.Run($"ln -s /dev/null '{_scratch["link"]}'").Status);
        Fd.Open(_scratch["link"], OpenFlags.ReadOnly).Dispose();
        Assert.Throws<LinuxException>(() => Fd.Open(_scratch["link"], OpenFlags.ReadOnly | OpenFlags.NoFollow));
    }

    [Fact]
    public void A_file_that_is_not_there_is_named_in_the_error()
    {
        var e = Assert.Throws<LinuxException>(() => Fd.Open(_scratch["none"], OpenFlags.ReadOnly));
        Assert.Equal(Errno.NoEntry, e.Errno);
        Assert.Equal($"{_scratch["none"]}: no such file or directory", e.Message);
        Assert.Equal("it: no such file or directory", Assert.Throws<LinuxException>(() => Fd.Open(_scratch["none"], OpenFlags.ReadOnly, name: "it")).Message);
    }

    [Fact]
    public void A_name_that_is_not_utf8_reaches_the_kernel_byte_for_byte()
    {
        const string name = "a\uDCFF\uDC80é";
        using var fd = _scratch.Create(name);
        var names = Shell.Run($"cd '{_scratch.Directory}' && printf %s * | od -An -tx1").Said;
        Paths.Remove(_scratch[name]); // the framework could not
        Assert.Equal("61 ff 80 c3 a9", names.Trim());
    }

    [Fact]
    public void A_name_with_a_nul_is_refused_and_nothing_is_made()
    {
        Assert.Equal(Errno.Invalid, Assert.Throws<LinuxException>(() => _scratch.Create("short\0rest")).Errno);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_scratch.Directory));
    }

    [Fact]
    public void Sync_works_on_a_file_and_says_so_where_it_does_not()
    {
        using var fd = _scratch.Create("synced", "x"u8);
        fd.Sync();
        var (read, write) = Fd.Pipe("a pipe");
        using (read)
        using (write)
        {
            Assert.Equal("a pipe: invalid argument", Assert.Throws<LinuxException>(write.Sync).Message);
        }
    }

    [Theory]
    [InlineData(Errno.NoSpace, "no space left on device")]
    [InlineData(Errno.BrokenPipe, "broken pipe")]
    [InlineData(Errno.CrossDevice, "invalid cross-device link")]
    public void An_error_is_described_in_lower_case(int errno, string text) => Assert.Equal(text, LinuxException.Describe(errno));

    [Theory]
    [InlineData(Errno.NoSpace, true, false)]
    [InlineData(Errno.Quota, true, false)]
    [InlineData(Errno.BrokenPipe, false, true)]
    [InlineData(Errno.ConnectionReset, false, true)]
    [InlineData(Errno.Invalid, false, false)]
    public void An_error_knows_its_kind(int errno, bool noSpace, bool brokenPipe)
    {
        var e = new LinuxException("call", "subject", errno);
        Assert.Equal((noSpace, brokenPipe), (e.IsNoSpace, e.IsBrokenPipe));
    }

    [Fact]
    public void Random_bytes_are_as_many_as_asked_for_and_never_the_same()
    {
        var many = Enumerable.Range(0, 100).Select(_ => Convert.ToHexString(Entropy.Bytes(32))).ToList();
        Assert.Equal(100, many.Distinct().Count());
        Assert.All(many, one => Assert.Equal(64, one.Length));
        Assert.Equal(256, Entropy.Bytes(256).Length);
    }

    private static void SetNonBlocking(Fd fd) => Assert.Equal(0, Sys.Fcntl(fd.Number, Sys.FcntlSetFlags, fd.Flags() | OpenFlags.NonBlocking));

    private static byte[] Pattern(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)(i % 251))];

    private static byte[] ReadToEnd(Fd fd, int step)
    {
        using var all = new MemoryStream();
        var buffer = new byte[step];
        while (fd.Read(buffer) is var count and > 0)
        {
            all.Write(buffer, 0, count);
        }

        return all.ToArray();
    }
}
