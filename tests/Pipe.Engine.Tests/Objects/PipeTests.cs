using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

public sealed class PipeTests : IDisposable
{
    private readonly Fd _read;
    private readonly Fd _write;

    public PipeTests() => (_read, _write) = Fd.Pipe("the pipe");

    public void Dispose()
    {
        _read.Dispose();
        _write.Dispose();
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_commit_waits_until_the_reader_has_taken_the_last_byte()
    {
        using var sink = new PipeSink(_write.Duplicate());
        sink.Write("0123456789"u8, 0);
        var commit = Limit.Of(() => sink.Commit(10));
        await Task.Delay(100);
        Assert.False(commit.IsCompleted);

        Assert.Equal(9, _read.Read(new byte[9]));
        await Task.Delay(50);
        Assert.False(commit.IsCompleted);

        Assert.Equal(1, _read.Read(new byte[9]));
        await commit;
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_reader_that_goes_away_with_bytes_left_over_fails_the_commit()
    {
        using var sink = new PipeSink(_write.Duplicate());
        sink.Write("0123456789"u8, 0);
        var commit = Limit.Of(() => sink.Commit(10));

        _read.Dispose();

        Assert.Equal(ExitCode.Command, (await Assert.ThrowsAsync<Failure>(() => commit)).Code);
    }

    [Fact]
    public void A_reader_that_has_gone_fails_the_write()
    {
        using var sink = new PipeSink(_write.Duplicate());
        _read.Dispose();

        Assert.Equal(ExitCode.Command, Assert.Throws<Failure>(() => sink.Write("x"u8, 0)).Code);
        Assert.Equal(ExitCode.Command, Assert.Throws<Failure>(() => sink.Hole(0, 1)).Code);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Giving_up_ends_a_commit_that_waits_for_the_reader()
    {
        using var sink = new PipeSink(_write.Duplicate());
        sink.Write("x"u8, 0);
        var commit = Limit.Of(() => sink.Commit(1));
        await Task.Delay(50);

        sink.Abort();

        await Assert.ThrowsAsync<Failure>(() => commit);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_hole_is_written_as_zeros()
    {
        using var sink = new PipeSink(_write.Duplicate());
        var writing = Limit.Of(() =>
        {
            sink.Hole(0, 200_001);
            _write.Dispose();
            sink.Dispose();
        });

        var bytes = await Limit.Of(() => ReadAll(_read));
        await writing;

        Assert.Equal(200_001, bytes.Length);
        Assert.Equal(-1, bytes.AsSpan().IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void A_full_device_is_a_failure_of_its_own_kind()
    {
        using var sink = new PipeSink(Fd.Open("/dev/full", OpenFlags.WriteOnly));

        Assert.Equal(ExitCode.NoSpace, Assert.Throws<Failure>(() => sink.Write("x"u8, 0)).Code);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_source_gives_what_there_is_without_waiting_for_more()
    {
        using var source = new PipeSource(_read.Duplicate());
        Assert.False(source.HasMore());
        _write.WriteAll("line\n"u8);
        Assert.True(source.HasMore());

        Assert.Equal(5, await Limit.Of(() => source.Read(new byte[100])));

        var next = Limit.Of(() => source.Read(new byte[100]));
        await Task.Delay(50);
        Assert.False(next.IsCompleted);
        _write.Dispose();
        Assert.Equal(0, await next);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Giving_up_wakes_whoever_reads()
    {
        using var source = new PipeSource(_read.Duplicate());
        var reading = Limit.Of(() => source.Read(new byte[100]));
        await Task.Delay(50);

        source.Abort();

        Assert.Equal(0, await reading);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task An_empty_pipe_is_drained_whether_somebody_reads_it_or_not()
    {
        using var wake = new Wake();
        Assert.True(await Limit.Of(() => PipeDrain.Await(_write, wake)));

        _read.Dispose();
        Assert.True(await Limit.Of(() => PipeDrain.Await(_write, wake)));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_wait_for_the_reader_can_be_ended()
    {
        using var wake = new Wake();
        _write.WriteAll("x"u8);
        var drained = Limit.Of(() => PipeDrain.Await(_write, wake));
        await Task.Delay(50);
        Assert.False(drained.IsCompleted);

        wake.Signal();

        Assert.False(await drained);
    }

    private static byte[] ReadAll(Fd fd)
    {
        using var all = new MemoryStream();
        var piece = new byte[10_000];
        for (var count = fd.Read(piece); count > 0; count = fd.Read(piece))
        {
            all.Write(piece, 0, count);
        }

        return all.ToArray();
    }
}
