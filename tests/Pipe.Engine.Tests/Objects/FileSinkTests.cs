using Pipe.Protocol;

namespace Pipe.Engine.Tests;

public sealed class FileSinkTests : IDisposable
{
    private readonly Scratch _scratch = new();

    private string Name => _scratch["target"];

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Nothing_has_a_name_before_the_commit_and_then_all_of_it_has()
    {
        using var sink = new FileSink(Name, Terms.NoMode);
        sink.Write("world"u8, 6);
        sink.Write("hello"u8, 0);
        Assert.Empty(_scratch.Names);

        sink.Commit(11);

        Assert.Equal(["target"], _scratch.Names);
        Assert.Equal("hello\0world", File.ReadAllText(Name));
    }

    [Fact]
    public void A_hole_at_the_end_counts_and_takes_no_space()
    {
        using var sink = new FileSink(Name, Terms.NoMode);
        sink.Write("x"u8, 0);
        sink.Hole(1, 10_000_000 - 1);

        sink.Commit(10_000_000);

        Assert.Equal(10_000_000, new FileInfo(Name).Length);
        Assert.True(Pipe.Linux.FileStatus.Of(Name)!.Value.IsSparse);
    }

    [Fact]
    public void Given_up_it_leaves_nothing()
    {
        using (var sink = new FileSink(Name, Terms.NoMode))
        {
            sink.Write("half"u8, 0);
            sink.Abort();
            Assert.Equal(ExitCode.Interrupted, Assert.Throws<Failure>(() => sink.Commit(4)).Code);
        }

        Assert.Empty(_scratch.Names);
    }

    [Fact]
    public void Dropped_it_leaves_nothing()
    {
        using (var sink = new FileSink(Name, Terms.NoMode))
        {
            sink.Write("half"u8, 0);
        }

        Assert.Empty(_scratch.Names);
    }

    [Fact]
    public void What_had_the_name_stays_until_the_commit_and_passes_on_its_mode_but_not_its_special_bits()
    {
        File.WriteAllText(Name, "old");
        Chmod(Name, "6751");
        using var sink = new FileSink(Name, Octal("644"));
        sink.Write("new"u8, 0);
        Assert.Equal("old", File.ReadAllText(Name));

        sink.Commit(3);

        Assert.Equal("new", File.ReadAllText(Name));
        Assert.Equal(Octal("751"), ModeOf(Name));
        Assert.Equal(["target"], _scratch.Names);
    }

    [Fact]
    public void A_given_up_copy_leaves_what_had_the_name()
    {
        File.WriteAllText(Name, "old");
        using (var sink = new FileSink(Name, Terms.NoMode))
        {
            sink.Write("new"u8, 0);
        }

        Assert.Equal("old", File.ReadAllText(Name));
        Assert.Equal(["target"], _scratch.Names);
    }

    [Theory]
    [InlineData("4755")]
    [InlineData("777")]
    [InlineData("600")]
    public void A_new_file_gets_the_mode_of_the_source_without_special_bits_and_what_the_umask_takes(string mode)
    {
        using var sink = new FileSink(Name, Octal(mode));

        sink.Commit(0);

        Assert.Equal(Octal(mode) & Octal("777") & ~Umask(), ModeOf(Name));
    }

    [Fact]
    public void Without_a_mode_it_is_a_plain_file()
    {
        using var sink = new FileSink(Name, Terms.NoMode);

        sink.Commit(0);

        Assert.Equal(Octal("666") & ~Umask(), ModeOf(Name));
    }

    [Fact]
    public void A_symbolic_link_is_followed_and_stays()
    {
        Directory.CreateDirectory(_scratch["elsewhere"]);
        File.WriteAllText(_scratch["elsewhere/real"], "old");
        File.CreateSymbolicLink(Name, "elsewhere/real");
        using var sink = new FileSink(Name, Terms.NoMode);
        sink.Write("new"u8, 0);

        sink.Commit(3);

        Assert.Equal("elsewhere/real", new FileInfo(Name).LinkTarget);
        Assert.Equal("new", File.ReadAllText(_scratch["elsewhere/real"]));
        Assert.Equal(["real"], Directory.GetFileSystemEntries(_scratch["elsewhere"]).Select(path => Path.GetFileName(path)));
    }

    [Fact]
    public void A_directory_that_is_not_there_is_a_failure_at_once()
    {
        var failure = Assert.Throws<Failure>(() => new FileSink(_scratch["nowhere/target"], Terms.NoMode));

        Assert.Equal(ExitCode.Objects, failure.Code);
        Assert.Contains("nowhere/target", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_as_long_as_names_may_be_is_no_difficulty()
    {
        var name = _scratch[new string('n', 255)];
        using var sink = new FileSink(name, Terms.NoMode);

        sink.Commit(0);

        Assert.True(File.Exists(name));
    }

    [Fact]
    public void A_name_of_bytes_that_are_no_text_is_no_difficulty()
    {
        var name = $"{_scratch.Directory}/{RawText.Decode([0xFF, 0xFE, (byte)'x'])}";
        using var sink = new FileSink(name, Terms.NoMode);

        sink.Commit(0);

        Assert.NotNull(Pipe.Linux.FileStatus.Of(name));
        Pipe.Linux.Paths.Remove(name);
    }

    [FactNeeding("gcc")]
    public async Task Where_files_cannot_be_nameless_a_temporary_name_goes_with_success_and_with_failure()
    {
        var launcher = await CompileLauncher();
        var directory = Directory.CreateDirectory(_scratch["files"]).FullName;

        var dropped = await Run([launcher, .. Processes.HostCommand("write-file", $"{directory}/target", "drop")]);
        Assert.Equal(0, dropped.Status);
        Assert.StartsWith(".target.pipe-", dropped.Output.Trim(), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(directory));

        var committed = await Run([launcher, .. Processes.HostCommand("write-file", $"{directory}/target", "commit")]);
        Assert.Equal(0, committed.Status);
        Assert.StartsWith(".target.pipe-", committed.Output.Trim(), StringComparison.Ordinal);
        Assert.Equal([$"{directory}/target"], Directory.GetFiles(directory));
        Assert.Equal("bytes", File.ReadAllText($"{directory}/target"));
        Assert.Equal(Octal("755") & ~Umask(), ModeOf($"{directory}/target"));
    }

    [FactNeeding("gcc")]
    public async Task Where_files_cannot_be_nameless_the_next_copy_takes_up_what_a_killed_one_has_left_and_nothing_else()
    {
        var launcher = await CompileLauncher();
        var directory = Directory.CreateDirectory(_scratch["files"]).FullName;
        using var killed = Processes.Start([launcher, .. Processes.HostCommand("write-file", $"{directory}/target", "hold")]);
        var left = await killed.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.StartsWith(".target.pipe-", left, StringComparison.Ordinal);

        var beside = await Run([launcher, .. Processes.HostCommand("write-file", $"{directory}/target", "commit")]);
        Assert.Equal(0, beside.Status);
        Assert.Equal([$"{directory}/{left}", $"{directory}/target"], Directory.GetFiles(directory).Order());

        killed.Kill();
        await killed.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(0, (await Run([launcher, .. Processes.HostCommand("write-file", $"{directory}/target", "commit")])).Status);
        Assert.Equal([$"{directory}/target"], Directory.GetFiles(directory));
        Assert.Equal("bytes", File.ReadAllText($"{directory}/target"));
    }

    /// <summary>Runs a program for which O_TMPFILE is not supported.</summary>
    private const string WithoutNamelessFiles = """
        #include <errno.h>
        #include <linux/filter.h>
        #include <linux/seccomp.h>
        #include <stddef.h>
        #include <sys/prctl.h>
        #include <sys/syscall.h>
        #include <unistd.h>
        int main(int argc, char **argv)
        {
            struct sock_filter code[] = {
                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 3),
                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
                BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 020000000, 0, 1),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EOPNOTSUPP),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
            };
            struct sock_fprog program = { sizeof code / sizeof *code, code };
            if (argc < 2 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
                return 99;
            execv(argv[1], argv + 1);
            return 98;
        }
        """;

    private async Task<string> CompileLauncher()
    {
        var launcher = _scratch["launcher"];
        File.WriteAllText(launcher + ".c", WithoutNamelessFiles);
        Assert.Equal(0, (await Run("gcc", "-o", launcher, launcher + ".c")).Status);
        return launcher;
    }

    private static async Task<(int Status, string Output)> Run(params string[] command)
    {
        using var process = Processes.Start(command);
        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        return (process.ExitCode, output);
    }

    private static int Octal(string text) => Convert.ToInt32(text, 8);

    private static int ModeOf(string path) => (int)Pipe.Linux.FileStatus.Of(path)!.Value.Permissions;

    private static void Chmod(string path, string mode) => File.SetUnixFileMode(path, (UnixFileMode)Octal(mode));

    private static int Umask() =>
        Octal(File.ReadLines("/proc/self/status").First(line => line.StartsWith("Umask:", StringComparison.Ordinal))[6..].Trim());
}
