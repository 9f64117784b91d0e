using Pipe.Engine.Tests;
using Pipe.Protocol;

namespace Pipe.Nbd.Tests;

/// <summary>What is durable when a client has been answered.</summary>
public sealed class DurabilityTests
{
    private const int Region = 4096;
    private const int Long = BufferPool.Large + Region;

    /// <summary>The flag makes one request durable; without it none is until a flush.</summary>
    [Theory]
    [InlineData(NbdCommand.Write, Region, Region)]
    [InlineData(NbdCommand.Write, 100, 300)]
    [InlineData(NbdCommand.Write, Region, Long)]
    [InlineData(NbdCommand.Write, 100, Long)]
    [InlineData(NbdCommand.WriteZeroes, Region, Region)]
    [InlineData(NbdCommand.WriteZeroes, 100, 300)]
    [InlineData(NbdCommand.Trim, Region, 2 * Region)]
    public void Fua_is_answered_once_data_and_bits_are_durable(object type, long offset, int length)
    {
        foreach (var (flags, isDurable) in new[] { (NbdCommandFlags.Fua, true), (NbdCommandFlags.None, false) })
        {
            using var bench = CloneBench.Make(300, out _);
            var payload = new byte[length];
            Array.Fill(payload, (byte)0xA7);
            Session.Answers(bench, Words.Request((NbdCommand)type, offset, (uint)length, flags: flags, payload: (NbdCommand)type == NbdCommand.Write ? payload : null));
            Assert.True(bench.Map.Hydrated > 0);
            Assert.Equal(isDurable ? bench.Map.Hydrated : 0, bench.Metadata.Read().Count);
            Assert.Equal(isDurable, bench.Disk.IsDurable(offset, length));
        }
    }

    /// <summary>In large regions a long write is claimed as a whole, and becomes hydrated with its last byte.</summary>
    [Fact]
    public void Fua_of_a_write_of_large_regions_is_durable_too()
    {
        const int large = 4 << 20;
        using var bench = CloneBench.Make(2, out _, region: large);
        Session.Answers(bench, Words.Request(NbdCommand.Write, 0, large, flags: NbdCommandFlags.Fua, payload: new byte[large]));
        Assert.Equal(1, bench.Metadata.Read().Count);
        Assert.True(bench.Disk.IsDurable(0, large));
        Assert.Equal(0, bench.Source.BytesRead);
    }

    [Fact]
    public void Flush_covers_what_other_connections_have_written()
    {
        using var bench = CloneBench.Make(4, out _);
        Session.Answers(bench, Words.Request(NbdCommand.Write, 0, Region, payload: new byte[Region]));
        Session.Answers(bench, Words.Request(NbdCommand.Flush, 0, 0));
        Assert.Equal(1, bench.Metadata.Read().Count);
        Assert.True(bench.Disk.IsDurable(0, Region));
    }

    [Fact]
    public void A_flush_whose_sync_fails_is_an_error_and_so_are_all_later_ones()
    {
        using var bench = CloneBench.Make(4, out _);
        bench.Disk.SyncFailure = new IOException("destination: input/output error");
        Assert.Equal([NbdError.None, NbdError.Io], Session.Errors(bench, Words.Request(NbdCommand.Write, 0, Region, payload: new byte[Region]), Words.Request(NbdCommand.Flush, 0, 0)));
        bench.Disk.SyncFailure = null;
        Assert.Equal([NbdError.Io, NbdError.None], Session.Errors(bench, Words.Request(NbdCommand.Flush, 0, 0), Words.Request(NbdCommand.Write, 0, 10, payload: new byte[10])));
        Assert.Equal([NbdError.Io], Session.Errors(bench, Words.Request(NbdCommand.Write, 0, 10, flags: NbdCommandFlags.Fua, payload: new byte[10])));
    }
}
