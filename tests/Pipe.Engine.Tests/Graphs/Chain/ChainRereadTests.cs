using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

/// <summary>A target that is read again has the bytes that were written, or is named with the place of the first other one.</summary>
public sealed class ChainRereadTests : IDisposable
{
    private const int Block = Limits.MinBlock;
    private const int Size = (60 * Block) + 123;
    private readonly Scratch _scratch = new();
    private readonly byte[] _bytes = new byte[Size];
    private readonly SlabPool _slabs = new(8, Block);
    private readonly ChainBlocks _blocks;

    public ChainRereadTests()
    {
        _blocks = new ChainBlocks(Block, DigestKind.XxHash3, _slabs, reserve: 2) { Differs = _ => new Failure(ExitCode.Bug, "not read here") };
        new Random(1).NextBytes(_bytes);
        _bytes.AsSpan(7 * Block, 3 * Block).Clear();
        for (var number = 0; number * Block < Size; number++)
        {
            Store(number);
        }

        File.WriteAllBytes(_scratch["target"], _bytes);
    }

    public void Dispose()
    {
        _blocks.Close();
        _slabs.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public void A_target_with_the_right_bytes_is_whole() => Reread();

    [Fact]
    public void A_flipped_byte_is_found_in_100_of_100()
    {
        var random = new Random(2);
        for (var i = 0; i < 100; i++)
        {
            var at = random.Next(Size);
            Flip(at);
            Assert.Equal(at / Block * Block, Assert.Throws<ChainFaultException>(() => Reread()).Offset);
            Flip(at);
        }

        Reread();
    }

    [Fact]
    public void A_target_that_was_cut_is_found()
    {
        using (var file = File.OpenWrite(_scratch["target"]))
        {
            file.SetLength(Size - 1);
        }

        Assert.Equal(Size / Block * Block, Assert.Throws<ChainFaultException>(() => Reread()).Offset);
    }

    private string Reread()
    {
        using var fd = Fd.Open(_scratch["target"], OpenFlags.ReadOnly);
        return ChainReread.Run(_blocks, fd, Size);
    }

    private void Store(long number)
    {
        var bytes = _bytes.AsSpan((int)number * Block, Math.Min(Block, Size - ((int)number * Block)));
        var isHole = !bytes.ContainsAnyExcept((byte)0);
        Assert.True(_blocks.TryClaim(number));
        _blocks.Arrive(number, isHole ? null : _slabs.Rent(), isHole ? default : Digest.Of(DigestKind.XxHash3, bytes, number * Block));
        _blocks.Store(number, bytes.Length);
    }

    private void Flip(int at)
    {
        using var file = File.Open(_scratch["target"], FileMode.Open);
        file.Position = at;
        var old = file.ReadByte();
        file.Position = at;
        file.WriteByte((byte)(old ^ 1));
    }
}
