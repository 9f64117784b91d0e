using Pipe.Engine.Tests.Lanes;
using Pipe.Protocol;

namespace Pipe.Engine.Tests.Sessions;

/// <summary>Whole copies between two processes over lanes that keep no order, of every kind of object.</summary>
public sealed class ShuffledCopyTests : IDisposable
{
    private const int Size = 40 << 20;
    private readonly Scratch _scratch = new();
    private readonly ShuffledTransport _transport = new();
    private readonly Tally _tally = new();

    public void Dispose() => _scratch.Dispose();

    [Theory(Timeout = 2 * Limit.Milliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file(bool isWritten)
    {
        var bytes = MakeFile("source");
        var outcome = await CopyAsync(isWritten, Resource.File("", _scratch["source"]), Resource.File("", _scratch["target"]));

        Assert.Equal((Size, "direct shuffled", 3), (outcome.Bytes, outcome.Way, outcome.Lanes));
        Assert.True(bytes.AsSpan().SequenceEqual(File.ReadAllBytes(_scratch["target"])));
        AssertShuffled(isWritten);
    }

    [Theory(Timeout = 2 * Limit.Milliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_output_of_a_command_into_another(bool isWritten)
    {
        var bytes = MakeFile("source");
        var outcome = await CopyAsync(isWritten, Resource.Command(_scratch.Directory, "cat source"), Resource.Command(_scratch.Directory, "cat > target"));

        Assert.Equal(Size, outcome.Bytes);
        Assert.True(bytes.AsSpan().SequenceEqual(File.ReadAllBytes(_scratch["target"])));
        AssertShuffled(isWritten);
    }

    [Theory(Timeout = 2 * Limit.Milliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_tree(bool isWritten)
    {
        Directory.CreateDirectory(_scratch["from/tree/below"]);
        MakeFile("from/tree/large");
        for (var i = 0; i < 300; i++)
        {
            File.WriteAllText(_scratch[$"from/tree/below/{i}"], string.Concat(Enumerable.Repeat($"file {i}\n", i)));
        }

        Directory.CreateDirectory(_scratch["to"]);
        await CopyAsync(
            isWritten,
            Resource.Tree(_scratch["from"], ["tree"], TreeFlags.Recurse, []),
            Resource.Tree("", [_scratch["to"]], TreeFlags.Recurse, []));

        Listing.Shell(_scratch.Directory, "diff -r from to");
        AssertShuffled(isWritten);
    }

    [Fact(Timeout = 2 * Limit.Milliseconds)]
    public async Task An_archive_there_and_back()
    {
        var bytes = MakeFile("source");
        var archive = Resource.Archive([_scratch.Directory], "kept");
        await CopyAsync(isWritten: true, Resource.File("", _scratch["source"]), archive, new Archiving { Fragment = 8 << 20 });
        await CopyAsync(isWritten: false, archive, Resource.File("", _scratch["target"]), new Archiving());

        Assert.True(bytes.AsSpan().SequenceEqual(File.ReadAllBytes(_scratch["target"])));
        AssertShuffled(isWritten: false);
    }

    private byte[] MakeFile(string name)
    {
        var bytes = new byte[Size];
        new Random(7).NextBytes(bytes);
        File.WriteAllBytes(_scratch[name], bytes);
        return bytes;
    }

    private async Task<Outcome> CopyAsync(bool isWritten, Resource from, Resource to, Archiving? archiving = null)
    {
        var far = string.Join(' ', Processes.HostCommand("serve-shuffled").Select(ShellWords.Quote));
        var plan = new Plan
        {
            Direction = isWritten ? Direction.Write : Direction.Read,
            Remote = new Remote { Shell = $"env SSH_CONNECTION='127.0.0.1 0 127.0.0.1 0' {far}" },
            Here = isWritten ? from : to,
            There = isWritten ? to : from,
            ConnectMode = ConnectMode.Direct,
            Streams = 3,
            Archiving = archiving,
        };
        var edge = new Edge(plan, _tally, Unobserved.Instance);
        using var turns = new LoginTurns(1);
        return await new Transfer(edge, new LocalEnd(Kinds.All, edge), turns) { Transports = [_transport, TcpTransport.Instance] }.RunAsync(CancellationToken.None);
    }

    /// <summary>Checked on this side if it receives; the other side cannot report its order here.</summary>
    private void AssertShuffled(bool isWritten) => Assert.True(isWritten || _transport.Early > 0, "every block came in its turn");
}
