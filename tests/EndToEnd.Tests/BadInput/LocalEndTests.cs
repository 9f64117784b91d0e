using System.Diagnostics;
using System.Net.Sockets;

namespace EndToEnd.Tests.BadInput;

/// <summary>Local ends that are alone, special, or pulled away: nothing hangs, nothing is followed where it should not be.</summary>
public sealed class LocalEndTests : HostileTest
{
    // Well below what a far end has for its last words.
    private const int AtOnceSeconds = 3;

    [Cases]
    [InlineData("-w -l pipe -d \"$PWD\" -f new", "waiting: local pipe: no process has written to this fifo yet")]
    [InlineData("-r -f pattern:1m -l pipe", "waiting: local pipe: no process reads this fifo")]
    [InlineData("-r -f pattern:1m -inplace -l pipe", "waiting: local pipe: no process reads this fifo")]
    [InlineData("-r -d \"$PWD\" -f pipe -l new", "/pipe: no process has written to this fifo yet")]
    [InlineData("-w -l pattern:1m -d \"$PWD\" -f pipe", "/pipe: no process reads this fifo")]
    public async Task A_fifo_without_a_partner_is_told_and_a_signal_ends_the_wait(string words, string told)
    {
        (await Run("mkfifo pipe")).Is(0);
        var copying = Start($"exec dmscp -e local {words}");
        copying.CloseInput();
        await copying.Until(() => copying.Error.Contains(told, StringComparison.Ordinal), told);
        await EndsAtOnce(copying, "TERM");
        Assert.False(File.Exists(PathOf("new")));
    }

    [Case]
    public async Task A_fifo_without_a_reader_does_not_outlast_a_producer_that_fails() =>
        (await Run("mkfifo pipe; dmscp -w -e local -L 'sleep 1; exit 3' -d \"$PWD\" -f pipe", seconds: 20)).Is(8).Says("status 3");

    [Case]
    public async Task A_fifo_whose_partner_comes_late_gets_every_byte() =>
        (await Run("""
            mkfifo pipe
            { sleep 2; cat pipe | wc -c; } &
            dmscp -q -r -e local -f pattern:300000 -l pipe || exit
            wait
            { sleep 2; head -c 300000 /dev/zero > pipe; } &
            dmscp -w -e local -q -l pipe -R 'wc -c >&2'
            """)).Is(0).Prints("300000\n").Says("300000");

    [Case]
    public async Task A_fifo_that_is_opened_and_closed_is_an_empty_object() =>
        (await Run("mkfifo pipe; { sleep 1; : > pipe; } & dmscp -w -e local -l pipe -d \"$PWD\" -f new && test -f new && test ! -s new")).Is(0);

    [Cases]
    [InlineData("-e local -prefix 'touch begun; sleep 60'", "TERM")]
    [InlineData("-e 'sh -c \"touch begun; exec sleep 60\"'", "INT")]
    [InlineData("-e 'sh -c \"echo noise; touch begun; exec sleep 60\"'", "HUP")]
    public async Task A_start_that_hangs_is_ended_by_a_signal_at_once(string far, string signal)
    {
        var copying = Start($"exec dmscp -w {far} -l pattern:1m -d \"$PWD\" -f new");
        copying.CloseInput();
        await copying.Until(() => File.Exists(PathOf("begun")), "the start");
        await EndsAtOnce(copying, signal);
        Assert.False(File.Exists(PathOf("new")));
    }

    [Cases]
    [InlineData("-w -l pattern:1m -d \"$PWD\" -f link")]
    [InlineData("-w -l pattern:1m -d \"$PWD\" -inplace -f link")]
    [InlineData("-r -f pattern:1m -l link")]
    [InlineData("-r -f pattern:1m -inplace -l link")]
    public async Task A_symbolic_link_to_nothing_is_no_target(string words)
    {
        Tells(await Run($"ln -s nothing link; dmscp {words} -e local"), 1, "link: is a dangling symbolic link", "hint");
        Assert.Equal("nothing", new FileInfo(PathOf("link")).LinkTarget);
        Assert.False(File.Exists(PathOf("nothing")));
    }

    [Case]
    public async Task A_symbolic_link_that_leads_to_itself_is_no_target() =>
        Tells(await Run("ln -s link link; dmscp -w -e local -l pattern:1m -d \"$PWD\" -f link"), 1, "link: too many levels of symbolic links");

    [Case]
    public async Task A_target_that_becomes_a_symbolic_link_meanwhile_is_replaced_and_not_followed()
    {
        (await Run("echo precious > victim; echo old > name")).Is(0);
        var copying = Start("exec dmscp -w -e local -rate 2m -l pattern:4m -d \"$PWD\" -f name -events events");
        await copying.Until(() => File.Exists(PathOf("events")) && File.ReadAllText(PathOf("events")).Contains("\"moving\"", StringComparison.Ordinal), "the copy has begun");
        (await Run("ln -sf victim name")).Is(0);
        (await copying.End()).Is(0);
        Assert.Equal("precious\n", await File.ReadAllTextAsync(PathOf("victim")));
        Assert.Null(new FileInfo(PathOf("name")).LinkTarget);
        Assert.Equal(4 * 1024 * 1024, new FileInfo(PathOf("name")).Length);
    }

    [Cases]
    [InlineData("-w -l socket -f null:")]
    [InlineData("-r -d \"$PWD\" -f socket -l new")]
    [InlineData("-w -l pattern:1m -d \"$PWD\" -f socket")]
    [InlineData("-r -f pattern:1m -l socket")]
    [InlineData("-r -f pattern:1m -inplace -l socket")]
    public async Task A_socket_is_no_file(string words)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(PathOf("socket")));
        Tells(await Run($"dmscp {words} -e local"), 1, "socket: no such device or address");
        Assert.True(File.Exists(PathOf("socket")) && !File.Exists(PathOf("new")));
    }

    [Case]
    public async Task Two_copies_to_the_same_target_leave_one_of_them_whole() =>
        (await Run("""
            head -c 3m /dev/zero > a
            head -c 3m /dev/urandom > b
            for i in 1 2 3; do
              dmscp -w -e local -l a -d "$PWD" -f there & first=$!
              dmscp -w -e local -l b -d "$PWD" -f there & second=$!
              wait $first && wait $second || exit
              cmp -s there a || cmp there b || exit
            done
            """)).Is(0);

    [Case]
    public async Task A_guardian_that_somebody_kills_does_not_make_a_bug_of_a_copy()
    {
        var copying = Start("exec dmscp -w -e local -L 'sleep 2; echo x' -d \"$PWD\" -R 'cat > new'");
        copying.CloseInput();
        foreach (var direction in (string[])["dmscp", "-server"])
        {
            Processes.Signal((await Find(one => one.Arguments.Contains("read -r word", StringComparison.Ordinal) && Processes.Get(one.Parent)!.Words.Contains("-server") == (direction == "-server"), "the guardian")).Id, "KILL");
        }

        (await copying.End()).Is(0);
        Assert.Equal("x\n", await File.ReadAllTextAsync(PathOf("new")));
    }

    private static async Task EndsAtOnce(Running copying, string signal)
    {
        var watch = Stopwatch.StartNew();
        Processes.Signal(copying.Id, signal);
        (await copying.End(AtOnceSeconds)).Is(6).Says("interrupted");
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, AtOnceSeconds);
    }
}
