using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

public sealed class CommandTests : IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly Fd _output = Fd.Open("/dev/null", OpenFlags.ReadWrite);
    private readonly TaskCompletionSource<Failure> _early = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose()
    {
        _output.Dispose();
        _scratch.Dispose();
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Everything_that_a_command_prints_is_read_and_its_success_with_it()
    {
        using var source = Source("echo one; sleep 0.1; echo two");

        Assert.Equal("one\ntwo\n", await ReadAll(source));
        await Limit.Of(source.Finish);
    }

    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData("echo all of it; exit 3", "ended with status 3")]
    [InlineData("echo all of it; kill -9 $$", "was killed by signal 9")]
    [InlineData("exit 3", "ended with status 3")]
    [InlineData("no-such-command-anywhere 2>/dev/null", "ended with status 127")]
    public async Task A_producer_that_fails_is_no_success_however_much_it_printed(string command, string how)
    {
        using var source = Source(command);
        await ReadAll(source);

        var failure = await Assert.ThrowsAsync<Failure>(() => Limit.Of(source.Finish));

        Assert.Equal(ExitCode.Command, failure.Code);
        Assert.Contains($"local command {how}", failure.Message, StringComparison.Ordinal);
        Assert.Contains(command, failure.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData("echo 'all of it'", "")]
    [InlineData("echo 'all of it'; echo 'one file changed' >&3", "one file changed")]
    [InlineData("printf 'one\ntwo\n' >&3; echo 'all of it'", "one; two")]
    [InlineData("yes | head -c 1000000 >&3; echo 'all of it'", "y; y; ")]
    public async Task What_a_producer_says_on_descriptor_3_is_its_warning(string command, string warning)
    {
        using var source = new CommandSource(Resource.Command("", command), Place.Local);
        await ReadAll(source);
        await Limit.Of(source.Finish);

        Assert.StartsWith(warning, source.Warning, StringComparison.Ordinal);
        Assert.Equal(warning.Length == 0, source.Warning.Length == 0);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task What_a_consumer_says_on_descriptor_3_is_its_warning()
    {
        using var sink = Sink("cat >/dev/null; echo 'the old one is left' >&3");

        await Limit.Of(() => sink.Commit(0));

        Assert.Equal("the old one is left", ((ISink)sink).Warning);
    }

    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData("echo 'no such tree' >&3; exit 2", "local command ended with status 2: no such tree")]
    [InlineData("# reads the tree\nexit 2", "local command ended with status 2: reads the tree")]
    [InlineData(":\nexit 2", "local command ended with status 2: : ...")]
    public async Task A_command_that_fails_is_named_by_its_own_words_or_its_first_line(string command, string message)
    {
        using var source = Source(command);
        await ReadAll(source);

        Assert.Equal(message, (await Assert.ThrowsAsync<Failure>(() => Limit.Of(source.Finish))).Message);
    }

    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData("cat >/dev/null; echo 'no space for it: full' >&3; exit 2", true, "no space for it: full")]
    [InlineData("cat >/dev/null; echo 'no spaceship' >&3; exit 2", false, "remote command ended with status 2: no spaceship")]
    public async Task A_command_can_say_that_there_was_no_space(string command, bool isSpace, string message)
    {
        using var sink = Sink(command);

        var failure = await Assert.ThrowsAsync<Failure>(() => Limit.Of(() => sink.Commit(0)));
        Assert.Equal((isSpace ? ExitCode.NoSpace : ExitCode.Command, message), (failure.Code, failure.Message));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_producer_reads_nothing()
    {
        using var source = Source("cat; echo done");

        Assert.Equal("done\n", await ReadAll(source));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_command_runs_in_its_directory()
    {
        using var source = new CommandSource(Resource.Command(_scratch.Directory, "pwd -P"), Place.Local);

        Assert.Equal(_scratch.Directory + "\n", await ReadAll(source));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Giving_up_wakes_whoever_reads_and_ends_the_command_and_its_children()
    {
        var source = Source($"(trap '' TERM; while :; do sleep 1; done) & echo $! > {_scratch["child"]}; wait");
        var child = await Processes.PidIn(_scratch["child"]);
        var reading = Limit.Of(() => source.Read(new byte[10]));

        await Limit.Of(source.Abort);

        Assert.Equal(0, await reading);
        await Assert.ThrowsAsync<Failure>(() => Limit.Of(source.Finish));
        source.Dispose();
        Assert.True(await Limit.Until(() => !Processes.IsRunning(child)), "a child of the command still runs");
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_consumer_gets_every_byte_and_its_success_is_asked_for()
    {
        using var sink = Sink($"cat > {_scratch["out"]}");
        sink.Write("some bytes"u8, 0);

        await Limit.Of(() => sink.Commit(10));

        Assert.Equal("some bytes", File.ReadAllText(_scratch["out"]));
        Assert.False(_early.Task.IsCompleted);
    }

    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData("cat >/dev/null; exit 5", "remote command ended with status 5")]
    [InlineData("cat >/dev/null; kill -15 $$", "remote command was killed by signal 15")]
    public async Task A_consumer_that_fails_after_the_last_byte_fails_the_copy(string command, string how)
    {
        using var sink = Sink(command);
        sink.Write("some bytes"u8, 0);

        var failure = await Assert.ThrowsAsync<Failure>(() => Limit.Of(() => sink.Commit(10)));

        Assert.Equal(ExitCode.Command, failure.Code);
        Assert.Contains(how, failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_consumer_that_fails_before_the_first_byte_is_told_of_at_once()
    {
        using var sink = Sink("exit 4");

        Assert.Contains("status 4", (await _early.Task.WaitAsync(TimeSpan.FromSeconds(20))).Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_consumer_that_ends_well_with_input_unread_has_not_done_its_work()
    {
        using var sink = Sink($"head -c 5 >/dev/null; : > {_scratch["ended"]}");
        var writing = Limit.Of(() =>
        {
            for (var offset = 0L; ; offset += 100_000)
            {
                sink.Write(new byte[100_000], offset);
            }
        });

        var failure = await Assert.ThrowsAsync<Failure>(() => writing);

        Assert.Equal(ExitCode.Command, failure.Code);
        Assert.Contains("before it had read all of its input", failure.Message, StringComparison.Ordinal);
        Assert.NotEmpty(failure.Hint);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_consumer_that_leaves_the_last_bytes_in_the_pipe_fails_the_commit()
    {
        using var sink = Sink("sleep 0.3");
        sink.Write("unread"u8, 0);

        var failure = await Assert.ThrowsAsync<Failure>(() => Limit.Of(() => sink.Commit(6)));

        Assert.Equal(ExitCode.Command, failure.Code);
        Assert.True((await _early.Task.WaitAsync(TimeSpan.FromSeconds(20))).Message.Length > 0);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_consumer_that_closes_its_input_and_runs_on_fails_the_write()
    {
        using var sink = Sink("exec <&-; sleep 60");
        var writing = Limit.Of(() =>
        {
            for (var offset = 0L; ; offset += 100_000)
            {
                sink.Write(new byte[100_000], offset);
            }
        });

        Assert.Contains("closed its input", (await Assert.ThrowsAsync<Failure>(() => writing)).Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Giving_up_kills_the_consumer_before_it_sees_the_end_of_its_input()
    {
        var sink = Sink($"echo $$ > {_scratch["pid"]}; cat >/dev/null; : > {_scratch["saw-the-end"]}");
        var pid = await Processes.PidIn(_scratch["pid"]);
        sink.Write("half of it"u8, 0);

        await Limit.Of(sink.Abort);
        await Limit.Of(sink.Dispose);

        Assert.True(await Limit.Until(() => !Processes.IsRunning(pid)), "the command still runs");
        Assert.False(File.Exists(_scratch["saw-the-end"]));
        Assert.False(_early.Task.IsCompleted);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Dropping_the_consumer_without_a_word_kills_it_too()
    {
        var sink = Sink($"echo $$ > {_scratch["pid"]}; cat >/dev/null; : > {_scratch["saw-the-end"]}");
        var pid = await Processes.PidIn(_scratch["pid"]);

        await Limit.Of(sink.Dispose);

        Assert.True(await Limit.Until(() => !Processes.IsRunning(pid)), "the command still runs");
        Assert.False(File.Exists(_scratch["saw-the-end"]));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_program_that_is_killed_takes_its_command_along_before_that_sees_the_end_of_its_input()
    {
        var command = $"sleep 1000 & echo $! > {_scratch["child"]}; echo $$ > {_scratch["pid"]}; cat >/dev/null; : > {_scratch["saw-the-end"]}";
        using var host = Processes.Start(Processes.HostCommand("hold-sink", command));
        try
        {
            var shell = await Processes.PidIn(_scratch["pid"]);
            var child = await Processes.PidIn(_scratch["child"]);
            Assert.True(Processes.IsRunning(shell));

            host.Kill();

            Assert.True(await Limit.Until(() => !Processes.IsRunning(shell)), "the command still runs");
            Assert.True(await Limit.Until(() => !Processes.IsRunning(child)), "a child of the command still runs");
            Assert.False(File.Exists(_scratch["saw-the-end"]));
        }
        finally
        {
            host.Kill();
        }
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task What_a_finished_command_left_running_on_purpose_is_left_alone()
    {
        using (var sink = Sink($"cat >/dev/null; sleep 3 </dev/null & echo $! > {_scratch["child"]}"))
        {
            await Limit.Of(() => sink.Commit(0));
        }

        var child = await Processes.PidIn(_scratch["child"]);
        Assert.True(Processes.IsRunning(child));
    }

    private static CommandSource Source(string command) => new(Resource.Command("", command), Place.Local);

    private static Task<string> ReadAll(CommandSource source) => Limit.Of(() =>
    {
        var text = "";
        var piece = new byte[1000];
        for (var count = source.Read(piece); count > 0; count = source.Read(piece))
        {
            text += System.Text.Encoding.ASCII.GetString(piece, 0, count);
        }

        return text;
    });

    private CommandSink Sink(string command) =>
        new(Resource.Command("", command), _output, Place.Remote, failure => _early.TrySetResult(failure));
}
