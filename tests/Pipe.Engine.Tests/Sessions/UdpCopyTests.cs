using Pipe.Protocol;

namespace Pipe.Engine.Tests.Sessions;

/// <summary>Whole copies between two processes over the datagram channel, of every kind of object.</summary>
public sealed class UdpCopyTests : IDisposable
{
    private const int Size = 40 << 20;
    private readonly Scratch _scratch = new();
    private readonly Tally _tally = new();

    public void Dispose() => _scratch.Dispose();

    [Theory(Timeout = 2 * Limit.Milliseconds)]
    [InlineData(true, 0, "direct")]
    [InlineData(false, 0, "direct")]
    [InlineData(true, 1, "direct")]
    [InlineData(false, 1, "reverse")]
    [InlineData(true, 2, "reverse")]
    [InlineData(false, 2, "direct")]
    public async Task A_file_in_the_clear_authenticated_and_encrypted(bool isWritten, int protection, string way)
    {
        var bytes = MakeFile("source");
        var outcome = await CopyAsync(isWritten, FileOf("source"), FileOf("target"), plan => plan with { Protection = (Protection)protection, ConnectMode = (ConnectMode)Array.IndexOf(ConnectModeName.All, way) });

        Assert.Equal((Size, $"{way} udp", 1), (outcome.Bytes, outcome.Way, outcome.Lanes));
        Assert.True(bytes.AsSpan().SequenceEqual(File.ReadAllBytes(_scratch["target"])));
    }

    [Theory(Timeout = 2 * Limit.Milliseconds)]
    [InlineData(true, DatagramPace.Low, 0, 1500)]
    [InlineData(false, DatagramPace.Low, 0, 0)]
    [InlineData(true, DatagramPace.Fixed, 100 << 20, 0)]
    [InlineData(false, DatagramPace.Fixed, 100 << 20, 1280)]
    [InlineData(true, DatagramPace.Fair, 0, 9000)]
    internal async Task A_file_at_every_pace(bool isWritten, DatagramPace pace, long rate, int mtu)
    {
        var bytes = MakeFile("source");
        var policy = DatagramPolicy.Usual with { Pace = pace, Rate = rate, Mtu = mtu };
        await CopyAsync(isWritten, FileOf("source"), FileOf("target"), plan => plan with { Datagrams = policy });

        Assert.True(bytes.AsSpan().SequenceEqual(File.ReadAllBytes(_scratch["target"])));
    }

    /// <summary>The rate alone takes two seconds, however fast the machine is; a tenth is left for a burst at the start.</summary>
    [Theory(Timeout = 2 * Limit.Milliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_fixed_rate_holds_whichever_side_sends(bool isWritten)
    {
        MakeFile("source");
        var policy = DatagramPolicy.Usual with { Pace = DatagramPace.Fixed, Rate = Size / 2 };
        var outcome = await CopyAsync(isWritten, FileOf("source"), FileOf("target"), plan => plan with { Datagrams = policy });

        Assert.InRange(outcome.Elapsed.TotalSeconds, 1.8, Limit.Milliseconds);
    }

    [Theory(Timeout = 2 * Limit.Milliseconds)]
    [InlineData(true, 0)]
    [InlineData(false, 0)]
    [InlineData(true, 4 << 20)]
    public async Task The_output_of_a_command_into_another(bool isWritten, int buffer)
    {
        var bytes = MakeFile("source");
        var (from, to) = (Resource.Command(_scratch.Directory, "cat source"), Resource.Command(_scratch.Directory, "cat > target"));
        var outcome = await CopyAsync(isWritten, from, to, plan => plan with { Datagrams = DatagramPolicy.Usual with { Buffer = buffer } });

        Assert.Equal(Size, outcome.Bytes);
        Assert.True(bytes.AsSpan().SequenceEqual(File.ReadAllBytes(_scratch["target"])));
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
    }

    [Fact(Timeout = 2 * Limit.Milliseconds)]
    public async Task An_archive_there_and_back()
    {
        var bytes = MakeFile("source");
        var archive = Resource.Archive([_scratch.Directory], "kept");
        await CopyAsync(isWritten: true, FileOf("source"), archive, plan => plan with { Archiving = new Archiving { Fragment = 8 << 20 } });
        await CopyAsync(isWritten: false, archive, FileOf("target"), plan => plan with { Archiving = new Archiving() });

        Assert.True(bytes.AsSpan().SequenceEqual(File.ReadAllBytes(_scratch["target"])));
    }

    [Fact(Timeout = 2 * Limit.Milliseconds)]
    public async Task A_program_without_the_datagram_channel_is_told_apart_and_nothing_falls_back()
    {
        MakeFile("source");
        var failure = await Assert.ThrowsAsync<Failure>(() => CopyAsync(isWritten: true, FileOf("source"), FileOf("target"), server: "serve-shuffled"));

        Assert.Contains("does not know the data channel udp", failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_scratch["target"]));
    }

    private Resource FileOf(string name) => Resource.File("", _scratch[name]);

    private byte[] MakeFile(string name)
    {
        var bytes = new byte[Size];
        new Random(7).NextBytes(bytes);
        File.WriteAllBytes(_scratch[name], bytes);
        return bytes;
    }

    private Task<Outcome> CopyAsync(bool isWritten, Resource from, Resource to, Func<Plan, Plan>? with = null, string server = "serve")
    {
        var far = string.Join(' ', Processes.HostCommand(server).Select(ShellWords.Quote));
        var plan = new Plan
        {
            Direction = isWritten ? Direction.Write : Direction.Read,
            Remote = new Remote { Shell = $"env SSH_CONNECTION='127.0.0.1 0 127.0.0.1 0' {far}" },
            Here = isWritten ? from : to,
            There = isWritten ? to : from,
            Channel = DataChannel.Udp,
            ConnectMode = ConnectMode.Direct,
        };
        return Transfer.Of(Kinds.All, new Edge(with is null ? plan : with(plan), _tally, Unobserved.Instance)).RunAsync(CancellationToken.None);
    }
}
