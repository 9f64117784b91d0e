using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A block that several copies send. Guarded by the <see cref="SharedBlocks"/> that it belongs to, which uses it again for another one.</summary>
/// <param name="branches">Copies.</param>
internal sealed class SharedBlock(int branches)
{
    private const int Overhead = 160;
    private readonly ulong[] _awaiting = new ulong[(branches + 63) / 64];

    public ulong Number { get; private set; }

    /// <summary>Where it begins in the stream.</summary>
    public long Offset { get; private set; }

    public int Length { get; private set; }

    /// <summary>Of the bytes as they were read first.</summary>
    public Digest Digest { get; set; }

    /// <summary>Its digest is known: it may be sent.</summary>
    public bool IsReady { get; set; }

    /// <summary>Its bytes; null once memory was needed for others.</summary>
    public Slab? Slab { get; set; }

    /// <summary>How its bytes are read again, once there is no slab.</summary>
    public BlockRecipe? Recipe { get; set; }

    /// <summary>Files that are complete with it, and bytes of files in it.</summary>
    public (long Files, long Bytes) Weight { get; set; }

    /// <summary>Lanes that send from its slab now.</summary>
    public int Pins { get; set; }

    /// <summary>Copies that have not been told yet that it arrived.</summary>
    public int Holders { get; private set; }

    /// <summary>Bytes of memory without the slab.</summary>
    public int Size => Overhead + (_awaiting.Length * sizeof(ulong)) + (Recipe?.Size ?? 0);

    /// <summary>From here on it is that one, and nobody needs it yet.</summary>
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

    /// <summary>A copy needs it no longer; false if it did not before either.</summary>
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
