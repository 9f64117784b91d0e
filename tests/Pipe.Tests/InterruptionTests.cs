namespace Pipe.Tests;

public sealed class InterruptionTests
{
    [Theory]
    [InlineData("SigBlk:\t0\nSigIgn:\t0000000000001001\nSigCgt:\t0\n", 0x1001)]
    [InlineData("Name:\tSigIgn:\t5\nSigIgn:\t0000000000000000\nSigCgt:\t0\n", 0)]
    [InlineData("Name:\tx\n", 0)]
    public void Ignored_signals_are_read_from_proc(string status, ulong mask) => Assert.Equal(mask, Interruption.Ignored(status));

    [Fact]
    public void The_first_signal_asks_to_stop()
    {
        using var interruption = new Interruption(() => Assert.Fail("there was only one signal"));
        Assert.False(interruption.Happened);
        Assert.Equal(0, Shell.Run($"kill -TERM {Environment.ProcessId}").Status);
        Assert.True(interruption.Token.WaitHandle.WaitOne(TimeSpan.FromSeconds(30)));
        Assert.True(interruption.Happened);
    }
}
