using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The state of a block on a host.</summary>
internal enum ChainBlockState : byte
{
    Missing,

    /// <summary>A lane is receiving it, or has received it and compares it.</summary>
    Claimed,

    /// <summary>It is checked and in memory, so that it can be sent on; it is being stored.</summary>
    Here,

    /// <summary>It is in the target.</summary>
    Stored,
}

/// <summary>The states and digests of all blocks of an object whose size may be unknown. Guarded by its <see cref="ChainBlocks"/>.</summary>
/// <param name="digest">The kind of the digests.</param>
internal sealed class ChainTable(DigestKind digest)
{
    private const int ChunkBits = 14;
    private const int Chunk = 1 << ChunkBits;
    private const byte HoleFlag = 0x80;
    private readonly int _words = digest switch
    {
        DigestKind.None => 0,
        DigestKind.Sha256 => 4,
        _ => 1,
    };

    private readonly List<byte[]> _states = [];
    private readonly List<ulong[]> _digests = [];

    /// <summary>Number of blocks up to the last one that is not missing.</summary>
    public long Count { get; private set; }

    public ChainBlockState StateOf(long number) => number < Count ? (ChainBlockState)(At(number) & ~HoleFlag) : ChainBlockState.Missing;

    public bool IsHole(long number) => number < Count && (At(number) & HoleFlag) != 0;

    public Digest DigestOf(long number)
    {
        if (_words == 0)
        {
            return default;
        }

        var words = _digests[(int)(number >> ChunkBits)].AsSpan((int)(number % Chunk) * _words, _words);
        return _words == 1 ? new Digest(words[0], 0, 0, 0) : new Digest(words[0], words[1], words[2], words[3]);
    }

    public void Set(long number, ChainBlockState state)
    {
        Grow(number);
        ref var place = ref At(number);
        place = (byte)((byte)state | (place & HoleFlag));
    }

    /// <summary>Records the contents of a block.</summary>
    public void Set(long number, bool isHole, Digest contents)
    {
        Grow(number);
        ref var place = ref At(number);
        place = (byte)((place & ~HoleFlag) | (isHole ? HoleFlag : 0));
        var words = _digests[(int)(number >> ChunkBits)].AsSpan((int)(number % Chunk) * _words, _words);
        if (_words > 0)
        {
            words[0] = contents.A;
        }

        if (_words > 1)
        {
            (words[1], words[2], words[3]) = (contents.B, contents.C, contents.D);
        }
    }

    /// <summary>The first run of stored blocks at or after a block; false if there is none.</summary>
    public bool TryFindStored(long from, out long start, out long end)
    {
        for (start = from; start < Count && StateOf(start) != ChainBlockState.Stored; start++)
        {
        }

        for (end = start; end < Count && StateOf(end) == ChainBlockState.Stored; end++)
        {
        }

        return end > start;
    }

    private ref byte At(long number) => ref _states[(int)(number >> ChunkBits)][number % Chunk];

    private void Grow(long number)
    {
        for (Count = Math.Max(Count, number + 1); _states.Count <= number >> ChunkBits;)
        {
            _states.Add(new byte[Chunk]);
            _digests.Add(new ulong[Chunk * _words]);
        }
    }
}
