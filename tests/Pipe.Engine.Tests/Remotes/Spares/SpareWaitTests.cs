using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests.Remotes.Spares;

/// <summary>The far end of a spare server, over pipes as ssh has them.</summary>
public sealed class SpareWaitTests : IDisposable
{
    private readonly Fd _input;
    private readonly Fd _toIt;
    private readonly Fd _fromIt;
    private readonly Fd _output;

    public SpareWaitTests()
    {
        (_input, _toIt) = Fd.Pipe("input");
        (_fromIt, _output) = Fd.Pipe("output");
    }

    public void Dispose()
    {
        foreach (var fd in (Fd[])[_input, _toIt, _fromIt, _output])
        {
            fd.Dispose();
        }
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task It_answers_until_it_is_called_and_takes_no_byte_of_what_follows()
    {
        var waiting = Task.Run(() => SpareWait.Run(_input, _output, CancellationToken.None));
        foreach (var number in (ulong[])[1, ulong.MaxValue])
        {
            _toIt.WriteAll(new SpareWord(SpareWordKind.Ping, number).Packed());
            Assert.Equal(new SpareWord(SpareWordKind.Pong, number), SpareWord.Read(await ReadAsync(SpareWord.Size)));
        }

        _toIt.WriteAll([.. new SpareWord(SpareWordKind.Call, 0).Packed(), .. Frame.Marker]);
        Assert.True(await waiting);
        var rest = new byte[64];
        Assert.Equal(Frame.Marker, rest.AsSpan(0, _input.Read(rest)));
    }

    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData("")]
    [InlineData("PIPEPING")]
    [InlineData("go\n")]
    [InlineData("PIPE-CONTROL\r\n..")]
    [InlineData("PIPECALL1234567.")]
    public async Task The_end_and_nonsense_end_it(string said)
    {
        _toIt.WriteAll(System.Text.Encoding.ASCII.GetBytes(said));
        _toIt.Dispose();
        Assert.False(await Task.Run(() => SpareWait.Run(_input, _output, CancellationToken.None)));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_signal_ends_it()
    {
        using var signal = new CancellationTokenSource();
        var waiting = Task.Run(() => SpareWait.Run(_input, _output, signal.Token));
        await signal.CancelAsync();
        Assert.False(await waiting);
    }

    private async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        Assert.Equal(count, await Task.Run(() => _fromIt.Read(bytes)));
        return bytes;
    }
}
