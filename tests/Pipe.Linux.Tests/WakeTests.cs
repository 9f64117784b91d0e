using System.Runtime.InteropServices;

namespace Pipe.Linux.Tests;

public sealed partial class WakeTests
{
    private readonly Fd _read;
    private readonly Fd _write;

    public WakeTests() => (_read, _write) = Fd.Pipe("test");

    [Fact]
    public async Task A_signal_ends_a_wait_and_every_later_one()
    {
        using var wake = new Wake();
        var waits = Waiting.Start(() => wake.Readable(_read));
        await waits.StillWaits();
        wake.Signal();
        Assert.False(await waits.Soon());
        _write.WriteAll("x"u8);
        Assert.False(wake.Readable(_read));
        Assert.False(wake.Writable(_write));
        Assert.True(wake.IsSignalled);
    }

    [Fact]
    public async Task A_byte_ends_a_wait_for_input()
    {
        using var wake = new Wake();
        var waits = Waiting.Start(() => wake.Readable(_read));
        await waits.StillWaits();
        _write.WriteAll("x"u8);
        Assert.True(await waits.Soon());
    }

    [Fact]
    public void The_end_of_the_input_counts_as_readable_but_not_as_input()
    {
        using var wake = new Wake();
        Assert.False(wake.Readable(_read, 0));
        Assert.False(Wake.HasInput(_read));
        _write.WriteAll("x"u8);
        Assert.True(Wake.HasInput(_read));
        _read.Read(new byte[1]);
        _write.Dispose();
        Assert.True(wake.Readable(_read, 0));
        Assert.False(Wake.HasInput(_read));
    }

    [Fact]
    public void A_full_pipe_is_not_writable_and_a_broken_one_is()
    {
        using var wake = new Wake();
        Assert.True(wake.Writable(_write, 0));
        var capacity = Sys.Fcntl(_write.Number, 1032, 0); // F_GETPIPE_SZ
        _write.WriteAll(new byte[capacity]);
        Assert.False(wake.Writable(_write, 0));
        Assert.False(Wake.IsBroken(_write));
        _read.Dispose();
        Assert.True(wake.Writable(_write, 0));
        Assert.True(Wake.IsBroken(_write));
    }

    [Fact]
    public void A_wait_without_an_event_ends_in_time_with_no()
    {
        using var wake = new Wake();
        Assert.False(wake.Readable(_read, 20));
        Assert.False(Wake.Await(_read, PollFd.In, 20));
    }

    [Fact]
    public void A_signal_after_the_end_is_no_fault()
    {
        var wake = new Wake();
        wake.Dispose();
        wake.Signal();
        Assert.True(wake.IsSignalled);
    }

    [Fact]
    public async Task A_signal_of_the_system_does_not_end_a_wait()
    {
        const int windowChanged = 28;
        using var handler = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, context => context.Cancel = true);
        var thread = new TaskCompletionSource<int>();
        var waits = Waiting.Start(() =>
        {
            thread.SetResult(ThreadNumber());
            return Wake.Await(_read, PollFd.In, 30_000);
        });
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(0, SignalThread(Environment.ProcessId, await thread.Task, windowChanged));
            await Task.Delay(2);
        }

        Assert.False(waits.IsCompleted);
        _write.WriteAll("x"u8);
        Assert.True(await waits.Soon());
    }

    [Fact]
    public void A_set_knows_which_of_its_descriptors_are_ready()
    {
        using var wake = new Wake();
        var set = new PollSet();
        var others = Enumerable.Range(0, 20).Select(_ => Fd.Pipe("other")).ToList();
        for (var round = 0; round < 2; round++)
        {
            set.Clear();
            set.Add(wake);
            others.ForEach(pipe => set.Add(pipe.Read));
            set.Wait(0);
            Assert.All(Enumerable.Range(0, 21), i => Assert.False(set.IsReady(i)));
        }

        others[12].Write.WriteAll("x"u8);
        others[3].Write.Dispose();
        set.Wait(-1);
        Assert.Equal([4, 13], Enumerable.Range(0, 21).Where(set.IsReady));
        wake.Signal();
        set.Wait(-1);
        Assert.Equal([0, 4, 13], Enumerable.Range(0, 21).Where(set.IsReady));
        foreach (var (read, write) in others)
        {
            read.Dispose();
            write.Dispose();
        }
    }

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int ThreadNumber();

    [LibraryImport("libc", EntryPoint = "tgkill")]
    private static partial int SignalThread(int process, int thread, int signal);
}
