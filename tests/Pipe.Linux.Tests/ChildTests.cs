using System.Globalization;
using System.Text;

namespace Pipe.Linux.Tests;

public sealed class ChildTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("exit 0", 0, 0, "ended with status 0")]
    [InlineData("exit 7", 7, 0, "ended with status 7")]
    [InlineData("exit 255", 255, 0, "ended with status 255")]
    [InlineData("kill -9 $$", 0, 9, "was killed by signal 9")]
    [InlineData("kill -15 $$", 0, 15, "was killed by signal 15")]
    public async Task The_end_of_a_process_is_told_as_it_was(string script, int status, int signal, string text)
    {
        using var child = Sh(script, []);
        var exit = await child.Exit.Soon();
        Assert.Equal(new ExitStatus(status, signal), exit);
        Assert.Equal(text, exit.ToString());
        Assert.Equal(status == 0 && signal == 0, exit.IsSuccess);
    }

    [Fact]
    public void A_program_that_is_not_there_is_named_in_the_error()
    {
        var e = Assert.Throws<LinuxException>(() => Child.Start(["no-such-program-here", "x"], [], ownGroup: false));
        Assert.Equal("no-such-program-here: no such file or directory", e.Message);
        Assert.Equal(Errno.NoEntry, e.Errno);
    }

    [Fact]
    public void A_file_that_is_no_program_is_named_in_the_error()
    {
        File.WriteAllText(_scratch["text"], "no program");
        Assert.Equal($"{_scratch["text"]}: permission denied", Assert.Throws<LinuxException>(() => Child.Start([_scratch["text"]], [], ownGroup: true)).Message);
    }

    [Fact]
    public async Task A_child_reads_and_writes_the_pipes_it_was_given()
    {
        var (input, toChild) = Fd.Pipe("stdin");
        var (fromChild, output) = Fd.Pipe("stdout");
        using (fromChild)
        {
            using var child = Child.Start(["tr", "a-z", "A-Z"], [input, output], ownGroup: true);
            input.Dispose();
            output.Dispose();
            toChild.WriteAll("some words"u8);
            toChild.Close(); // its only writer: else the child would wait for ever
            Assert.Equal("SOME WORDS", await Waiting.Start(() => ReadText(fromChild)).Soon());
            Assert.True((await child.Exit.Soon()).IsSuccess);
        }
    }

    [Fact]
    public async Task Descriptors_may_change_places()
    {
        // Ours at 0, 1 and 2 go to 1, 2 and 0 there: each number is needed after it has been overwritten.
        int[] from = [2, 0, 1];
        var ours = from.Select(number => new Fd(number, "standard stream")).ToArray();
        using (var child = Sh($"all=$(for i in 0 1 2; do readlink /proc/$$/fd/$i; done); echo \"$all\" > {_scratch["seen"]}", ours))
        {
            await child.Exit.Soon();
        }

        Array.ForEach(ours, fd => fd.Release());
        Assert.Equal(from.Select(Link), File.ReadAllLines(_scratch["seen"]));
        Assert.True(from.Select(Link).Distinct().Count() > 1, "the standard streams of this test are all the same: nothing is tested");

        static string Link(int number) => new FileInfo($"/proc/self/fd/{number}").LinkTarget!;
    }

    [Fact]
    public async Task A_descriptor_that_is_left_out_stays_the_one_of_the_parent()
    {
        using var file = _scratch.Create("out");
        using (var child = Sh($"readlink /proc/$$/fd/2 > {_scratch["seen"]}; echo hello", [null, file]))
        {
            Assert.True((await child.Exit.Soon()).IsSuccess);
        }

        Assert.Equal(new FileInfo("/proc/self/fd/2").LinkTarget, File.ReadAllText(_scratch["seen"]).Trim());
        Assert.Equal("hello\n", File.ReadAllText(_scratch["out"]));
    }

    [Fact]
    public async Task Nothing_else_that_is_open_here_is_open_there()
    {
        using var secret = _scratch.Create("secret-file");
        using var secondNumber = secret.Duplicate();
        using (var child = Sh($"ls -l /proc/$$/fd > {_scratch["seen"]}", []))
        {
            Assert.True((await child.Exit.Soon()).IsSuccess);
        }

        var seen = await File.ReadAllTextAsync(_scratch["seen"]);
        Assert.Contains("->", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-file", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signal_to_a_group_takes_the_grandchildren_too()
    {
        var (child, grandchild) = await WithGrandchild(ownGroup: true);
        using (child)
        {
            child.Signal(Child.SignalKill);
            Assert.Equal(new ExitStatus(0, Child.SignalKill), await child.Exit.Soon());
            await Waiting.Until(() => !IsAlive(grandchild));
        }
    }

    [Fact]
    public async Task A_signal_to_a_child_without_a_group_takes_the_child_only()
    {
        var (child, grandchild) = await WithGrandchild(ownGroup: false);
        using (child)
        {
            child.Signal(Child.SignalKill);
            Assert.Equal(new ExitStatus(0, Child.SignalKill), await child.Exit.Soon());
            Assert.True(IsAlive(grandchild));
            Assert.Equal(0, Sys.Kill(grandchild, Child.SignalKill));
        }
    }

    [Fact]
    public async Task A_child_dies_of_a_broken_pipe_although_we_do_not()
    {
        using var child = Sh("kill -PIPE $$; exit 0", []);
        Assert.Equal(new ExitStatus(0, 13), await child.Exit.Soon());
    }

    [Fact]
    public async Task A_child_has_no_signal_blocked()
    {
        using var child = Sh($"grep SigBlk /proc/self/status > {_scratch["seen"]}", []);
        Assert.True((await child.Exit.Soon()).IsSuccess);
        Assert.Equal(0UL, ulong.Parse((await File.ReadAllTextAsync(_scratch["seen"])).Split(':')[1].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_process_number_is_kept_until_dispose_and_given_back_by_it()
    {
        var child = Sh("exit 3", []);
        await child.Exit.Soon();
        Assert.Equal('Z', StateOf(child.Pid)); // ended, its number still taken
        child.Dispose();
        await Waiting.Until(() => StateOf(child.Pid) != 'Z');
    }

    [Fact]
    public async Task A_signal_after_the_end_hits_nobody()
    {
        var child = Sh("exit 0", []);
        await child.Exit.Soon();
        child.Signal(Child.SignalKill);
        child.Dispose();
        await Waiting.Until(() => StateOf(child.Pid) != 'Z');
        child.Signal(Child.SignalKill);
        Assert.True((await child.Exit).IsSuccess);
    }

    [Fact]
    public async Task The_environment_is_passed_on_byte_for_byte()
    {
        using var child = Sh($"cat /proc/$$/environ > {_scratch["seen"]}", []);
        Assert.True((await child.Exit.Soon()).IsSuccess);
        Assert.Equal(Sorted(File.ReadAllBytes("/proc/self/environ")), Sorted(File.ReadAllBytes(_scratch["seen"])));

        static IEnumerable<string> Sorted(byte[] environment) => Encoding.Latin1.GetString(environment).Split('\0', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task An_argument_that_is_not_utf8_is_passed_on_byte_for_byte()
    {
        using var file = _scratch.Create("out");
        using var child = Child.Start(["sh", "-c", "printf %s \"$1\"", "sh", "a\uDCFFé"], [null, file], ownGroup: false);
        Assert.True((await child.Exit.Soon()).IsSuccess);
        Assert.Equal([0x61, 0xFF, 0xC3, 0xA9], File.ReadAllBytes(_scratch["out"]));
    }

    private static Child Sh(string script, Fd?[] descriptors) => Child.Start(["sh", "-c", script], descriptors, ownGroup: false);

    /// <summary>A shell that waits for a sleep of its own, and the number of that.</summary>
    private static async Task<(Child Child, int Grandchild)> WithGrandchild(bool ownGroup)
    {
        var (read, write) = Fd.Pipe("stdout");
        using (read)
        {
            var child = Child.Start(["sh", "-c", "sleep 1000 >/dev/null & echo $!; exec >&-; wait"], [null, write], ownGroup);
            write.Dispose();
            return (child, int.Parse(await Waiting.Start(() => ReadText(read)).Soon(), CultureInfo.InvariantCulture));
        }
    }

    private static bool IsAlive(int pid) => StateOf(pid) is not (null or 'Z' or 'X');

    /// <summary>The letter after the name in /proc/PID/stat; null if there is no such process.</summary>
    private static char? StateOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2];
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string ReadText(Fd fd)
    {
        var text = new StringBuilder();
        var buffer = new byte[1000];
        while (fd.Read(buffer) is var count and > 0)
        {
            text.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }

        return text.ToString();
    }
}
