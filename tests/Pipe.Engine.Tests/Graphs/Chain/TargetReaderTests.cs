using Pipe.Linux;

namespace Pipe.Engine.Tests;

public sealed class TargetReaderTests : IDisposable
{
    private const int Block = 128 * 1024;
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(5000)]
    [InlineData(Block)]
    [InlineData(Block + 1)]
    public void A_target_is_read_in_blocks_to_its_last_byte(int size)
    {
        var bytes = new byte[size];
        Random.Shared.NextBytes(bytes);
        File.WriteAllBytes(_scratch["target"], bytes);
        using var target = Fd.Open(_scratch["target"], OpenFlags.WriteOnly);
        target.Sync();
        using var reader = TargetReader.Open(target);
        using var slab = new Slab(Block);
        for (var offset = 0; offset < size; offset += Block)
        {
            var wanted = Math.Min(Block, size - offset);
            Assert.Equal(wanted, reader.Read(slab.Payload, offset, wanted));
            Assert.True(slab.Payload[..wanted].SequenceEqual(bytes.AsSpan(offset, wanted)));
        }
    }

    [Fact]
    public void A_target_that_became_shorter_is_read_short()
    {
        File.WriteAllBytes(_scratch["target"], new byte[10]);
        using var target = Fd.Open(_scratch["target"], OpenFlags.WriteOnly);
        using var reader = TargetReader.Open(target);
        using var slab = new Slab(Block);
        Assert.Equal(10, reader.Read(slab.Payload, 0, Block));
    }

    [Fact]
    public void A_file_in_memory_says_that_no_disk_was_read()
    {
        var name = $"/dev/shm/pipe-{Guid.NewGuid():N}";
        File.WriteAllBytes(name, new byte[10]);
        try
        {
            using var target = Fd.Open(name, OpenFlags.WriteOnly);
            using var reader = TargetReader.Open(target);
            Assert.Contains("memory", reader.Warning);
        }
        finally
        {
            File.Delete(name);
        }
    }
}
