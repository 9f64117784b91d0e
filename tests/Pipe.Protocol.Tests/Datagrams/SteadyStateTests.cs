using System.Diagnostics;
using Pipe.Protocol.Datagrams;
using Xunit.Abstractions;

namespace Pipe.Protocol.Tests.Datagrams;

/// <summary>Sender and receiver joined by nothing but a loop: what a datagram costs.</summary>
public class SteadyStateTests(ITestOutputHelper output)
{
    private const int BlockSize = 1 << 18;
    private readonly byte[] _buffer = new byte[DatagramLimits.MaxDatagram];
    private readonly DatagramSegment[] _batch = new DatagramSegment[44];
    private long _now = 1;
    private long _fragments;

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    public void No_datagram_and_no_block_allocates(int lossOneIn)
    {
        var (sender, receiver) = Open();
        Run(sender, receiver, 400, lossOneIn);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(sender, receiver, 400, lossOneIn);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void The_states_of_both_ends_together_take_in_many_fragments_a_second()
    {
        var (sender, receiver) = Open();
        Run(sender, receiver, 500, 0);
        var (watch, before) = (Stopwatch.StartNew(), _fragments);
        Run(sender, receiver, 4000, 0);
        output.WriteLine($"{(_fragments - before) / watch.Elapsed.TotalSeconds / 1e6:F2} million fragments a second, sender, receiver and Acks on one core");
    }

    private (DatagramSender Sender, DatagramReceiver Receiver) Open()
    {
        var terms = DatagramLinkTests.Terms() with { Datagram = 1472, MaxBlock = BlockSize };
        var (caller, listener) = DatagramLinkTests.Open(terms);
        return (new DatagramSender(caller, terms, new FixedControl(1e9, 1472)), new DatagramReceiver(listener, terms, 64));
    }

    /// <summary>Moves this many blocks, with a round trip of 100 microseconds.</summary>
    private void Run(DatagramSender sender, DatagramReceiver receiver, int blocks, int lossOneIn)
    {
        var (target, turns) = (sender.Blocks.Floor + (ulong)blocks, 0);
        while (sender.Blocks.Floor < target)
        {
            if (++turns > 1000 * blocks)
            {
                Assert.Fail($"the blocks below {target} never finish: {sender.Blocks.Floor} have");
            }

            while (sender.Outstanding < 64)
            {
                sender.Submit(BlockSize);
            }

            _now += 50_000;
            sender.OnTimeout(_now);
            while (sender.NextBatch(_now, _batch) is var count && count > 0)
            {
                for (var i = 0; i < count; i++)
                {
                    Carry(sender, receiver, _batch[i], lossOneIn);
                }
            }

            Exchange(sender, receiver);
        }
    }

    private void Carry(DatagramSender sender, DatagramReceiver receiver, in DatagramSegment segment, int lossOneIn)
    {
        sender.Link.WriteData(segment, _buffer);
        if (lossOneIn > 0 && _fragments++ % lossOneIn == 0)
        {
            return;
        }

        _fragments += lossOneIn > 0 ? 0 : 1;
        if (receiver.OnDatagram(_buffer.AsSpan(0, sender.Link.DataOverhead + segment.Length), 1, _now, out var fragment) && fragment.Completes)
        {
            receiver.Finish(fragment.Slot, isDamaged: false, _now);
        }
    }

    private void Exchange(DatagramSender sender, DatagramReceiver receiver)
    {
        _now += 50_000;
        while (receiver.Control(_now, _buffer, out _) is var length && length > 0)
        {
            sender.OnDatagram(_buffer.AsSpan(0, length), 2, _now);
        }

        while (sender.TryTakeFinished(out _))
        {
        }

        while (sender.Control(_now, _buffer, out _) is var length && length > 0)
        {
            receiver.OnDatagram(_buffer.AsSpan(0, length), 1, _now, out _);
        }
    }
}
