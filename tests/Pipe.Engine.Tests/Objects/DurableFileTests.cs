using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

/// <summary>Written front to back, looked at on the way, nameless until all is durable.</summary>
public sealed class DurableFileTests : IDisposable
{
    private const int Block = 16 * 1024;
    private const int Capacity = 256 * 1024;
    private const uint Plain = 0x1B6;
    private readonly Scratch _scratch = new();
    private readonly RetainedBytes _retained = new(Capacity);

    public void Dispose()
    {
        _retained.Dispose();
        _scratch.Dispose();
    }

    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Capacity)]
    [InlineData((5 * Capacity) + 17)]
    public async Task What_is_written_has_its_name_when_all_of_it_is_durable(int size)
    {
        var stream = new byte[size];
        new Random(1).NextBytes(stream);
        using var file = Make(isInspected: true);
        var seen = new MemoryStream();
        var inspecting = Limit.Of(() => Inspect(file, seen));
        var syncing = Limit.Of(file.KeepDurable);
        await Limit.Of(() => WriteAll(file, stream));
        Assert.Equal([".part"], _scratch.Names);

        file.Seal();
        await inspecting;
        Assert.True(await syncing);
        file.Finish();
        file.Name(_scratch["whole"], replaces: false);

        Assert.Equal(stream, seen.ToArray());
        Assert.Equal(stream, File.ReadAllBytes(_scratch["whole"]));
        Assert.Equal(["whole"], _scratch.Names);
    }

    [Fact]
    public void What_is_not_named_goes()
    {
        using (var file = Make(isInspected: false))
        {
            WriteAll(file, new byte[Block]);
            file.Seal();
            file.Finish();
        }

        Assert.Empty(_scratch.Names);
    }

    [Fact]
    public void A_part_that_is_there_already_is_not_touched()
    {
        File.WriteAllText(_scratch[".part"], "old");

        Assert.Equal(Errno.Exists, Assert.Throws<LinuxException>(() => Make(isInspected: false)).Errno);
        Assert.Equal("old", File.ReadAllText(_scratch[".part"]));
    }

    [Fact]
    public void A_name_that_is_taken_is_left_alone_unless_it_is_to_be_replaced()
    {
        File.WriteAllText(_scratch["taken"], "old");
        using var file = Make(isInspected: false);
        WriteAll(file, "new"u8.ToArray());
        file.Seal();
        file.Finish();

        Assert.Equal(Errno.Exists, Assert.Throws<LinuxException>(() => file.Name(_scratch["taken"], replaces: false)).Errno);
        Assert.Equal("old", File.ReadAllText(_scratch["taken"]));
        file.Name(_scratch["taken"], replaces: true);
        Assert.Equal("new", File.ReadAllText(_scratch["taken"]));
    }

    [Fact]
    public void Room_asked_for_ahead_is_given_back()
    {
        using var file = new DurableFile(_scratch.Directory, ".part", _retained, SpaceRetry.None, isInspected: false, Plain) { Expected = 64 << 20 };
        WriteAll(file, new byte[Block]);
        file.Seal();
        file.Finish();

        Assert.Equal(Block, FileStatus.Of(_scratch[".part"])!.Value.Size);
        Listing.Shell(_scratch.Directory, "test \"$(stat -c %b .part)\" -le 128");
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_writer_waits_for_whoever_looks_and_for_what_is_durable()
    {
        using var file = Make(isInspected: true);
        var writing = Limit.Of(() => WriteAll(file, new byte[Capacity + 1]));
        var syncing = Limit.Of(file.KeepDurable);
        Assert.True(await Limit.Until(() => file.Written == Capacity));
        await Task.Delay(100);
        Assert.False(writing.IsCompleted);

        file.Inspected(file.AwaitUninspected(1).Length);
        await writing;
        Assert.Equal(Capacity + 1, file.Written);
        file.Abandon();
        Assert.False(await syncing);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Abandoned_it_lets_everybody_go()
    {
        using var file = Make(isInspected: true);
        var writing = Limit.Of(() => WriteAll(file, new byte[2 * Capacity]));
        var syncing = Limit.Of(file.KeepDurable);
        Assert.True(await Limit.Until(() => file.Written == Capacity));

        file.Abandon();

        Assert.Equal(ExitCode.Interrupted, (await Assert.ThrowsAsync<Failure>(() => writing)).Code);
        Assert.False(await syncing);
        Assert.True(file.AwaitUninspected(1).IsEmpty);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Nothing_is_allocated_for_a_block()
    {
        const int warm = 200;
        const int counted = 2000;
        using var file = Make(isInspected: true);
        using var digests = new FragmentInspector(new StreamDigest(), null);
        var inspecting = Limit.Of(() => Allocated(() => digests.Inspect(file)));
        var syncing = Limit.Of(file.KeepDurable);

        var writing = await Limit.Of(() =>
        {
            var block = new byte[Block];
            WriteTimes(file, block, warm);
            return Enumerable.Range(0, 5).Select(_ => Allocated(() => WriteTimes(file, block, counted / 5))).ToArray();
        });
        file.Seal();

        // A thread may pay once for its first collision on a lock; a block never costs anything.
        Assert.True(writing.Min() == 0, $"writing allocates: {string.Join(", ", writing)} bytes in each {counted / 5} blocks");
        Assert.True(await inspecting < warm + counted, $"looking allocates {await inspecting} bytes for {warm + counted} blocks");
        Assert.True(await syncing);
    }

    private static long Allocated(Action work)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void WriteTimes(DurableFile file, byte[] block, int times)
    {
        for (var i = 0; i < times; i++)
        {
            file.Write(block);
        }
    }

    private static void WriteAll(DurableFile file, byte[] stream)
    {
        for (var at = 0; at < stream.Length; at += Block)
        {
            var piece = stream.AsSpan(at, Math.Min(Block, stream.Length - at));
            Assert.Equal(piece.Length, file.Write(piece));
        }
    }

    private static void Inspect(DurableFile file, MemoryStream seen)
    {
        while (file.AwaitUninspected(10_000) is { IsEmpty: false } bytes)
        {
            seen.Write(bytes);
            file.Inspected(bytes.Length);
        }
    }

    private DurableFile Make(bool isInspected) => new(_scratch.Directory, ".part", _retained, SpaceRetry.None, isInspected, Plain);
}
