using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A block that several copies send. Pooled and guarded by its <see cref="SharedBlocks"/>.</summary>
/// <param name="branches">Number of copies.</param>
internal sealed class SharedBlock(int branches)
{
    private const int Overhead = 160;
    private readonly ulong[] _awaiting = new ulong[(branches + 63) / 64];

    public ulong Number { get; private set; }

    /// <summary>Offset of the block in the stream.</summary>
    public long Offset { get; private set; }

    public int Length { get; private set; }

    /// <summary>The digest of the bytes as first read.</summary>
    public Digest Digest { get; set; }

    /// <summary>Whether the digest is known, so that the block may be sent.</summary>
    public bool IsReady { get; set; }

    /// <summary>The bytes; null once the memory was needed for other blocks.</summary>
    public Slab? Slab { get; set; }

    /// <summary>Instructions to read the bytes again, once there is no slab.</summary>
    public BlockRecipe? Recipe { get; set; }

    /// <summary>The number of files completed by this block, and the bytes of files in it.</summary>
    public (long Files, long Bytes) Weight { get; set; }

    /// <summary>Number of lanes sending from the slab.</summary>
    public int Pins { get; set; }

    /// <summary>Number of copies that still need the block acknowledged.</summary>
    public int Holders { get; private set; }

    /// <summary>Memory in bytes, without the slab.</summary>
    public int Size => Overhead + (_awaiting.Length * sizeof(ulong)) + (Recipe?.Size ?? 0);

    /// <summary>Reinitializes the pooled object for another block, with no holders.</summary>
    public SharedBlock Become(ulong number, long offset, int length, Slab slab)
    {
        (Number, Offset, Length, Slab, Recipe, IsReady) = (number, offset, length, slab, null, false);
        return this;
    }

    public void Hold(int branch)
    {
        _awaiting[branch / 64] |= 1UL << (branch % 64);
        Holders++;
    }

    /// <summary>Records that a copy no longer needs the block; false if it did not need it before.</summary>
    public bool Release(int branch)
    {
        ref var word = ref _awaiting[branch / 64];
        var bit = 1UL << (branch % 64);
        if ((word & bit) == 0)
        {
            return false;
        }

        word &= ~bit;
        Holders--;
        return true;
    }
}
