using System.Net;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

/// <summary>
/// Data threads allocate nothing for a block. Each of them is measured from within a call that it makes once per block; what it allocates
/// once, warming up or at the first collision on a lock, is in some stretches and not in all.
/// </summary>
public sealed class AllocationTests : IDisposable
{
    private const int Block = Limits.MinBlock;
    private const int Blocks = 8000;
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData((byte)Protection.Clear, (byte)DigestKind.XxHash3)]
    [InlineData((byte)Protection.Clear, (byte)DigestKind.Crc32C)]
    [InlineData((byte)Protection.Clear, (byte)DigestKind.Sha256)]
    [InlineData((byte)Protection.Authenticate, (byte)DigestKind.XxHash3)]
    [InlineData((byte)Protection.Encrypt, (byte)DigestKind.XxHash3)]
    public async Task Nothing_is_allocated_for_a_block_of_a_file(byte protection, byte digest)
    {
        File.WriteAllBytes(_scratch["source"], Enumerable.Repeat((byte)1, Blocks * Block).ToArray());
        using var source = (FileSource)Opening.Source(Resource.File("", _scratch["source"]), Place.Local, _ => { });
        using var sink = new FileSink(_scratch["target"], Terms.NoMode);
        using var slabs = new SlabPool(8, Block);
        var tally = new Tally();

        await CopyAsync(
            (Protection)protection,
            Outboxes.Sequential(source, Block, 0),
            new RangeInbox(sink, tally),
            (DigestKind)digest,
            new ReceiverTerms((DigestKind)digest, slabs, Defaults.AckEvery, tally));
    }

    /// <summary>One piece is kept, and all others differ in one byte.</summary>
    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Nothing_is_allocated_for_a_block_of_a_file_that_is_resumed()
    {
        var bytes = Enumerable.Repeat((byte)1, Blocks * Block).ToArray();
        File.WriteAllBytes(_scratch["source"], bytes);
        for (var at = Defaults.Block; at < bytes.Length; at += Defaults.Block)
        {
            bytes[at] = 2;
        }

        File.WriteAllBytes(_scratch[".target.pipe-part"], bytes);
        using var source = (FileSource)Opening.Source(Resource.File("", _scratch["source"]), Place.Local, _ => { });
        using var sink = ResumedFileSink.TryOpen(_scratch["target"], Terms.NoMode)!;
        using var slabs = new SlabPool(8, Block);
        using var schedule = new MissingSchedule(source, _ => { });
        for (var claim = sink.Kept.Next(0)!.Value; ; claim = sink.Kept.Next(claim.End)!.Value)
        {
            schedule.Take(claim);
            if (claim.Length == 0)
            {
                break;
            }
        }

        var tally = new Tally();
        await CopyAsync(
            Protection.Clear,
            new RangeOutbox(source, schedule, Block, 0),
            new RangeInbox(sink, tally),
            DigestKind.XxHash3,
            new ReceiverTerms(DigestKind.XxHash3, slabs, Defaults.AckEvery, tally));
        Assert.Equal(Defaults.Block, tally.Kept);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Nothing_is_allocated_for_a_block_of_a_pipe()
    {
        var (read, write) = Fd.Pipe("source");
        var (drain, into) = Fd.Pipe("sink");
        using var source = new MeteredSource(new PipeSource(read));
        using var sink = new PipeSink(into);
        using var slabs = new SlabPool(Defaults.StreamWindow + 4, Block);
        using var kept = new SlabPool(Defaults.StreamWindow + 1, Block);
        var tally = new Tally();
        var outbox = new StreamOutbox(source, Block, Defaults.StreamWindow, kept);
        var reading = Limit.Of(outbox.Run);
        var feeding = Limit.Of(() =>
        {
            using (write)
            {
                for (var i = 0; i < Blocks; i++)
                {
                    write.WriteAll(new byte[Block]);
                }
            }
        });
        var draining = Limit.Of(() =>
        {
            using (drain)
            {
                var piece = new byte[Block];
                while (drain.Read(piece) > 0)
                {
                }
            }
        });

        await CopyAsync(
            Protection.Clear,
            outbox,
            new StreamInbox(sink, Defaults.StreamWindow, tally),
            DigestKind.XxHash3,
            new ReceiverTerms(DigestKind.XxHash3, slabs, 1, tally));
        sink.Dispose();
        await Task.WhenAll(reading, feeding, draining);
        source.Reads.AssertNothing("reading the pipe");
    }

    private static async Task CopyAsync(Protection protection, Outbox outbox, Inbox inbox, DigestKind digest, ReceiverTerms terms)
    {
        var key = new LaneKey(Offers.Make(protection: protection, block: Block));
        var joined = new TaskCompletionSource<TcpLane>();
        using var listener = new LaneListener(IPAddress.Loopback, PortRange.Any, 0, key, joined.SetResult);
        var outgoing = new MeteredLane(LaneHandshake.Authenticate(LaneHandshake.Open(IPAddress.Loopback, listener.Port, 0), 1, key));
        var incoming = new MeteredLane(await joined.Task.WaitAsync(TimeSpan.FromSeconds(20)));
        var failed = new TaskCompletionSource<End>();
        var sent = new TaskCompletionSource();
        var received = new TaskCompletionSource();
        var sender = new LaneSender(outgoing, outbox, new SenderTerms(Block, digest, new Pace(0), new Tally()), e => failed.TrySetException(e), (_, _) => sent.SetResult());
        var receiver = new LaneReceiver(incoming, inbox, terms, e => failed.TrySetException(e), (_, _) => received.SetResult());

        sender.Start();
        receiver.Start();
        var end = await await Task.WhenAny(outbox.Ended, failed.Task).WaitAsync(TimeSpan.FromSeconds(40));
        inbox.Expect(end);
        await await Task.WhenAny(inbox.Complete, failed.Task).WaitAsync(TimeSpan.FromSeconds(40));
        outbox.Close();
        sender.Shutdown();
        receiver.Shutdown();
        await Task.WhenAll(sent.Task, received.Task).WaitAsync(TimeSpan.FromSeconds(20));

        outgoing.Sends.AssertNothing("sending blocks");
        outgoing.Acks.AssertNothing("receiving acknowledgements");
        incoming.Receives.AssertNothing("receiving blocks");
    }

    /// <summary>The bytes that one thread has allocated after each of these numbers of calls.</summary>
    private sealed class Meter(int every)
    {
        private readonly long[] _allocated = new long[64];
        private int _calls;

        public void Count()
        {
            if (++_calls % every == 0 && _calls / every < _allocated.Length)
            {
                _allocated[_calls / every] = GC.GetAllocatedBytesForCurrentThread();
            }
        }

        public void AssertNothing(string what)
        {
            var stretches = Enumerable.Range(1, (_calls / every) - 1).Select(i => _allocated[i + 1] - _allocated[i]).ToArray();
            Assert.True(stretches.Length >= 2, $"{what}: only {_calls} calls");
            Assert.True(stretches.Min() == 0, $"{what} allocates in every {every} calls: {string.Join(", ", stretches)} bytes");
        }
    }

    private sealed class MeteredLane(ILane lane) : ILane
    {
        public Meter Sends { get; } = new(1000);

        public Meter Receives { get; } = new(1000);

        public Meter Acks { get; } = new(500);

        public LaneId Id => lane.Id;

        public LaneTraits Traits => lane.Traits;

        public ulong Send(in BlockHeader header, Slab slab)
        {
            Sends.Count();
            return lane.Send(header, slab);
        }

        public Arrival Receive(Slab slab, out BlockHeader header, out ulong index)
        {
            Receives.Count();
            return lane.Receive(slab, out header, out index);
        }

        public void SendAck(LaneAck ack) => lane.SendAck(ack);

        public bool ReceiveAck(out LaneAck ack)
        {
            Acks.Count();
            return lane.ReceiveAck(out ack);
        }

        public LaneMeasure Measure() => lane.Measure();

        public void Shutdown() => lane.Shutdown();

        public void Dispose() => lane.Dispose();
    }

    private sealed class MeteredSource(IStreamSource source) : IStreamSource
    {
        public Meter Reads { get; } = new(1000);

        public long Size => source.Size;

        public int Mode => source.Mode;

        public int Read(Span<byte> buffer)
        {
            Reads.Count();
            return source.Read(buffer);
        }

        public bool HasMore() => source.HasMore();

        public void Finish() => source.Finish();

        public void Abort() => source.Abort();

        public void Dispose() => source.Dispose();
    }
}
