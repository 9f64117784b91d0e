using Pipe.Protocol;

namespace Pipe.Engine.Tests.Sessions;

/// <summary>An interrupted copy of a file continues where it stopped, between two processes.</summary>
public sealed class ResumedFileTests : IDisposable
{
    private const int Size = 40 << 20;
    private readonly Scratch _scratch = new();
    private readonly byte[] _bytes = new byte[Size];

    public ResumedFileTests()
    {
        new Random(3).NextBytes(_bytes);

        // A hole where the part has bytes, and one behind all that it has.
        _bytes.AsSpan(3 << 20, 2 << 20).Clear();
        _bytes.AsSpan(30 << 20, 4 << 20).Clear();
        using var file = File.Create(_scratch["source"]);
        file.SetLength(Size);
        foreach (var (start, end) in ((int, int)[])[(0, 3 << 20), (5 << 20, 30 << 20), (34 << 20, Size)])
        {
            file.Position = start;
            file.Write(_bytes, start, end - start);
        }
    }

    private string Part => _scratch[".target.pipe-part"];

    public void Dispose() => _scratch.Dispose();

    [Theory(Timeout = 2 * Limit.Milliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_there_when_it_was_cut_does_not_come_again(bool isWritten)
    {
        var cut = new Tally();
        using var cancel = new CancellationTokenSource();
        var copying = CopyAsync(isWritten, cut, rate: 10 << 20, cancel.Token);
        Assert.True(await Limit.Until(() => cut.Bytes > 8 << 20 || copying.IsCompleted));
        await cancel.CancelAsync();
        Assert.Equal(ExitCode.Interrupted, (await Assert.ThrowsAsync<Failure>(() => copying)).Code);
        Assert.False(File.Exists(_scratch["target"]));
        Assert.True(File.Exists(Part));

        var resumed = new Tally();
        await CopyAsync(isWritten, resumed);

        Assert.InRange(resumed.Kept, 5 << 20, Size - (1 << 20));
        AssertWhole(resumed);
    }

    [Fact(Timeout = 2 * Limit.Milliseconds)]
    public async Task What_is_not_the_same_any_more_is_sent()
    {
        var part = _bytes.AsSpan(0, 20 << 20).ToArray();
        part[7 << 20] ^= 1;
        part.AsSpan(3 << 20, 1 << 20).Fill(9);
        await File.WriteAllBytesAsync(Part, part);

        var tally = new Tally();
        await CopyAsync(isWritten: true, tally);

        // One piece was changed, another one is a hole of the source.
        Assert.Equal(18 << 20, tally.Kept);
        AssertWhole(tally);
    }

    [Theory(Timeout = 2 * Limit.Milliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_old_target_has_in_the_same_place_does_not_come_again_either(bool isWritten)
    {
        await File.WriteAllBytesAsync(_scratch["target"], _bytes);
        var tally = new Tally();
        await CopyAsync(isWritten, tally);

        Assert.Equal(Size, tally.Kept);
        AssertWhole(tally);
    }

    [Fact(Timeout = 2 * Limit.Milliseconds)]
    public async Task A_part_that_is_longer_than_the_source_ends_with_it()
    {
        await File.WriteAllBytesAsync(Part, [.. _bytes, .. _bytes.AsSpan(0, 3 << 20)]);
        var tally = new Tally();
        await CopyAsync(isWritten: true, tally);

        Assert.Equal(Size, tally.Kept);
        AssertWhole(tally);
    }

    [Fact(Timeout = 2 * Limit.Milliseconds)]
    public async Task With_nothing_there_all_of_it_comes()
    {
        var tally = new Tally();
        await CopyAsync(isWritten: true, tally);

        Assert.Equal(0, tally.Kept);
        AssertWhole(tally);
    }

    private void AssertWhole(Tally tally)
    {
        Assert.True(_bytes.AsSpan().SequenceEqual(File.ReadAllBytes(_scratch["target"])));
        Assert.Equal(Size, tally.Bytes);
        Assert.Equal(["source", "target"], _scratch.Names);
    }

    private async Task<Outcome> CopyAsync(bool isWritten, Tally tally, long rate = 0, CancellationToken cancel = default)
    {
        var far = string.Join(' ', Processes.HostCommand("serve").Select(ShellWords.Quote));
        var from = Resource.File("", _scratch["source"]) with { Flags = TreeFlags.Resume };
        var to = Resource.File("", _scratch["target"]) with { Flags = TreeFlags.Resume };
        var plan = new Plan
        {
            Direction = isWritten ? Direction.Write : Direction.Read,
            Remote = new Remote { Shell = $"env SSH_CONNECTION='127.0.0.1 0 127.0.0.1 0' {far}" },
            Here = isWritten ? from : to,
            There = isWritten ? to : from,
            Rate = rate,
        };
        return await Transfer.Of(Kinds.All, new Edge(plan, tally, Unobserved.Instance)).RunAsync(cancel);
    }
}
