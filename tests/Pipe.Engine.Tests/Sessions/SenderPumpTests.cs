using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests.Sessions;

/// <summary>The messages that the sender of a tree accepts as an answer to its question.</summary>
public sealed class SenderPumpTests : IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly TreeSource _source;
    private readonly SenderPump _pump;

    public SenderPumpTests()
    {
        Directory.CreateDirectory(_scratch["tree"]);
        _source = new TreeSource(Resource.Tree(_scratch.Directory, ["tree"], TreeFlags.Recurse | TreeFlags.Resume, []), new SourceNews(null, null));
        _pump = new SenderPump(new Mailbox(), _source, default(Offer) with { Digest = DigestKind.XxHash3 }, Defaults.Block, 0, new Tally());
    }

    public void Dispose()
    {
        _pump.Abort();
        _pump.Close();
        _source.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public void Only_the_answer_to_the_last_question_counts()
    {
        Assert.Equal([1u, 2u], [_pump.Want!.Value.Number, _pump.Want!.Value.Number]);
        _pump.Take(new Have(1, []));
        Assert.False(_source.Inventory!.IsComplete);
        _pump.Take(new Have(2, []));
        Assert.True(_source.Inventory!.IsComplete);
        Assert.Null(_pump.Want);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void An_answer_that_nobody_has_asked_for_is_refused(uint number)
    {
        Assert.Equal(1u, _pump.Want!.Value.Number);
        Assert.Throws<ProtocolException>(() => _pump.Take(new Have(number, [])));
    }

    /// <summary>The remote end has reported that it has everything: unacknowledged blocks count too.</summary>
    [Theory]
    [InlineData(TreeFlags.Recurse)]
    [InlineData(TreeFlags.None)]
    public async Task A_complete_copy_counts_every_byte(object flags)
    {
        const int size = 5_000_000;
        File.WriteAllBytes(_scratch["tree/file"], new byte[size]);
        var tally = new Tally();
        using ISource source = flags is TreeFlags.None
            ? Opening.Source(Resource.File("", _scratch["tree/file"]), Place.Local, static _ => { })
            : new TreeSource(Resource.Tree(_scratch.Directory, ["tree"], TreeFlags.Recurse, []), new SourceNews(tally, null));
        var pump = new SenderPump(new Mailbox(), source, default(Offer) with { Digest = DigestKind.XxHash3 }, Defaults.Block, 0, tally);
        using var lane = new SilentPeer();
        pump.Add(lane);
        await lane.Sent.WaitAsync(TimeSpan.FromSeconds(60));

        pump.Complete();
        pump.Close();

        Assert.Equal(size, flags is TreeFlags.None ? tally.Bytes : tally.Tree.Bytes);
    }

    /// <summary>A signal that ends this side may also have ended the program that carries the control channel.</summary>
    [Fact]
    public async Task A_copy_that_ends_early_sends_Leave_on_its_data_lanes()
    {
        File.WriteAllBytes(_scratch["tree/file"], new byte[5_000_000]);
        using var source = Opening.Source(Resource.File("", _scratch["tree/file"]), Place.Local, static _ => { });
        var pump = new SenderPump(new Mailbox(), source, default(Offer) with { Digest = DigestKind.XxHash3 }, Defaults.Block, 0, new Tally());
        using var lane = new SilentPeer();
        pump.Add(lane);
        await lane.Sent.WaitAsync(TimeSpan.FromSeconds(60));

        pump.Leave();
        await lane.Left.WaitAsync(TimeSpan.FromSeconds(60));
        pump.Close();
    }

    /// <summary>Takes blocks and acknowledges none.</summary>
    private sealed class SilentPeer : ILane
    {
        private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _end = new();
        private long _bytes;

        /// <summary>Completes when the sender has sent its Leave.</summary>
        public Task Left => _left.Task;

        /// <summary>Completes when all bytes of the file have been sent.</summary>
        public Task Sent => _sent.Task;

        public LaneId Id => new(1, "memory");

        public LaneTraits Traits { get; } = new(1024);

        public ulong Send(in BlockHeader header, Slab slab)
        {
            if (header.Type == BlockType.Leave)
            {
                _left.TrySetResult();
                return 0;
            }

            _bytes += header.Span;
            if (_bytes >= 5_000_000)
            {
                _sent.TrySetResult();
            }

            return header.Sequence;
        }

        public Arrival Receive(Slab slab, out BlockHeader header, out ulong index) => throw new InvalidOperationException("the sending end");

        public void SendAck(LaneAck ack) => throw new InvalidOperationException("the sending end");

        public bool ReceiveAck(out LaneAck ack)
        {
            _end.Wait();
            ack = default;
            return false;
        }

        public LaneMeasure Measure() => default;

        public void Shutdown() => _end.Set();

        public void Dispose() => _end.Set();
    }

    [Fact]
    public void An_answer_behind_the_last_one_is_refused()
    {
        Assert.Equal(1u, _pump.Want!.Value.Number);
        _pump.Take(new Have(1, []));
        Assert.Throws<ProtocolException>(() => _pump.Take(new Have(1, [])));
    }
}
