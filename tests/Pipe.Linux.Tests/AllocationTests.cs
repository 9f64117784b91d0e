using System.Net;
using Pipe.Protocol;

namespace Pipe.Linux.Tests;

/// <summary>The calls that move data make nothing for the garbage collector.</summary>
public sealed class AllocationTests : IDisposable
{
    private const int Times = 1000;
    private readonly Scratch _scratch = new();
    private readonly byte[] _buffer = new byte[4096];

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Reading_and_writing_a_file_allocates_nothing()
    {
        using var fd = _scratch.Create("file", _buffer);
        AllocatesNothing(() => fd.WriteAllAt(_buffer, 0));
        AllocatesNothing(() => fd.ReadAt(_buffer, 0));
    }

    [Fact]
    public void Reading_and_writing_a_pipe_allocates_nothing()
    {
        var (read, write) = Fd.Pipe("test");
        using (read)
        using (write)
        {
            using var wake = new Wake();
            AllocatesNothing(() =>
            {
                write.WriteAll(_buffer);
                if (wake.Readable(read))
                {
                    read.Read(_buffer);
                }
            });
        }
    }

    [Fact]
    public void Sending_and_receiving_allocates_nothing()
    {
        var (a, b) = TcpSocketTests.Connected();
        using (a)
        using (b)
        {
            AllocatesNothing(() =>
            {
                a.Send(_buffer);
                b.Receive(_buffer);
            });
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Sending_waiting_for_and_receiving_datagrams_allocates_nothing(bool isOffloaded)
    {
        using var from = UdpSocket.Bind(IPAddress.Loopback, 0, 0, 4 << 20);
        using var to = UdpSocket.Bind(IPAddress.Loopback, 0, 0, 4 << 20);
        using var batch = new DatagramBatch(64, 4096);
        using var ring = new DatagramRing(8);
        using var slab = new Slab(64 * 1024);
        using var wake = new EventCounter();
        from.IsSegmenting = isOffloaded;
        to.Coalesce(isOffloaded);
        to.TellDestinations();
        var name = to.LocalName();
        var source = new SocketName(IPAddress.Loopback, 0);
        AllocatesNothing(() =>
        {
            for (var i = 0; i < 44; i++)
            {
                batch.Begin(24).Clear();
                batch.Append(slab, 0, i * 1400, 1400);
            }

            from.Send(batch, name, source);
            for (var left = 44; left > 0;)
            {
                wake.Signal();
                to.Wait(wake, 1_000_000_000, isForRoom: true);
                to.Receive(ring);
                while (ring.MoveNext())
                {
                    left -= ring.Current.Length == 1424 && !ring.From.IsNone && !ring.To.IsNone ? 1 : 0;
                }
            }
        });
    }

    [Fact]
    public void Renting_and_returning_a_slab_allocates_nothing()
    {
        using var pool = new SlabPool(2, 4096);
        AllocatesNothing(() =>
        {
            var slab = pool.Rent()!;
            BlockHeader.Data(0, 4096, 1, default).Write(slab.Framed(BlockHeader.Size, 4096));
            slab.Return();
        });
    }

    [Fact]
    public void Making_and_checking_a_block_allocates_nothing()
    {
        var packed = new byte[BlockHeader.Size];
        AllocatesNothing(() =>
        {
            foreach (var kind in (ReadOnlySpan<DigestKind>)[DigestKind.None, DigestKind.XxHash3, DigestKind.Crc32C, DigestKind.Sha256])
            {
                BlockHeader.Data(0, _buffer.Length, 1, Digest.Of(kind, _buffer, 0)).Write(packed);
                _ = BlockHeader.Read(packed, Limits.MaxBlock).Fingerprint;
            }
        });
    }

    [Fact]
    public void Sealing_and_opening_a_record_allocates_nothing()
    {
        var record = new byte[4096 + LaneSeal.Overhead];
        foreach (var protection in new[] { Protection.Authenticate, Protection.Encrypt })
        {
            var (from, _) = LaneSeal.Derive(new byte[32], new byte[64], new byte[32], protection);
            var (to, _) = LaneSeal.Derive(new byte[32], new byte[64], new byte[32], protection);
            AllocatesNothing(() =>
            {
                from.Seal(record, record);
                Assert.True(to.TryOpen(record));
            });
        }
    }

    [Fact]
    public void The_measure_of_this_test_sees_a_single_byte() =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => AllocatesNothing(() => GC.KeepAlive(new byte[1])));

    /// <summary>Single allocations of the runtime, such as for a recompiled method, are in some stretches; allocations of each call are in all of them.</summary>
    private static void AllocatesNothing(Action once)
    {
        const int stretches = 5;
        once();
        var least = long.MaxValue;
        for (var stretch = 0; stretch < stretches && least > 0; stretch++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Times; i++)
            {
                once();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }
}
