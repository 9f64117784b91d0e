using System.Text;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

/// <summary>Data that go through a command on their way.</summary>
public sealed class FilterTests : IDisposable
{
    /// <summary>Far less than what fits into a pipe.</summary>
    private static readonly byte[] Input = Encoding.ASCII.GetBytes("abcdef");

    private readonly Scratch _scratch = new();

    private string Target => _scratch["target"];

    public void Dispose() => _scratch.Dispose();

    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData("cat", "abcdef")]
    [InlineData("cat; echo more", "abcdefmore\n")]
    public async Task A_filter_that_has_read_all_of_it_ends_well(string command, string output)
    {
        using var source = Source(command);
        Assert.Equal(output, await ReadAll(source));
        await Limit.Of(source.Finish);

        using var sink = Sink(command);
        await Limit.Of(() => Fill(sink));
        Assert.Equal(output, await File.ReadAllTextAsync(Target));
    }

    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData("dd bs=3 count=1 status=none", "local filter ended with status 0 before it had read all of its input: ")]
    [InlineData("dd bs=3 count=1 status=none; exit 3", "local filter ended with status 3: ")]
    [InlineData("cat; exit 3", "local filter ended with status 3: ")]
    [InlineData("exec cat <&-", "local filter ended with status 1: ")]
    public async Task One_that_ends_early_has_failed_also_if_its_input_fits_into_a_pipe(string command, string message)
    {
        using var source = Source(command);
        await ReadAll(source);
        Assert.Equal(message + command, (await Assert.ThrowsAsync<Failure>(() => Limit.Of(source.Finish))).Message);

        using var sink = Sink(command);
        Assert.Equal(message + command, (await Assert.ThrowsAsync<Failure>(() => Limit.Of(() => Fill(sink)))).Message);
        Assert.False(File.Exists(Target));
    }

    private static FilterSource Source(string command) => new(command, new MemoryStreamSource(Input, new Random(1), Input.Length, 0));

    private FilterSink Sink(string command) => new(command, new FileSink(Target, Terms.NoMode));

    private static void Fill(FilterSink sink)
    {
        sink.Write(Input, 0);
        sink.Commit(Input.Length);
    }

    private static async Task<string> ReadAll(FilterSource source)
    {
        var all = new MemoryStream();
        await Limit.Of(() =>
        {
            var buffer = new byte[100];
            for (int count; (count = source.Read(buffer)) > 0;)
            {
                all.Write(buffer, 0, count);
            }
        });
        return Encoding.ASCII.GetString(all.ToArray());
    }
}
