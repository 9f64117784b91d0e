using System.Numerics;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The blocks that the node at the other end of a link lacks. Guarded by the <see cref="ChainBlocks"/> that it is added to.</summary>
internal sealed class ChainCursor
{
    /// <summary>Blocks of the largest object: it bounds the memory that a node can make another one use.</summary>
    private const long MostBlocks = 1 << 28;

    private readonly List<ulong> _has = [];
    private readonly List<ulong> _present = [];
    private readonly List<long> _loading = [];

    /// <summary>No block before this one is both here and lacking there.</summary>
    public long Next { get; private set; }

    /// <summary>Whether the node has a block, or was sent it.</summary>
    public bool Has(long number) => Test(_has, number);

    /// <summary>Whether the node has bytes of an earlier run in the place of a block.</summary>
    public bool IsPresent(long number) => Test(_present, number);

    /// <summary>Takes a range that the node has.</summary>
    /// <param name="range">The range, in bytes.</param>
    /// <param name="block">Bytes of a block.</param>
    /// <exception cref="ProtocolException">The range does not begin with a block, or is beyond the largest object.</exception>
    public void Add(in HeldRange range, int block)
    {
        var (start, end) = (range.Offset / block, ((range.Offset + range.Length - 1) / block) + 1);
        if (range.Offset % block != 0 || end > MostBlocks)
        {
            ProtocolException.Throw($"held: {range.Length} bytes at {range.Offset}");
        }

        Set(range.Kind == HeldKind.Stored ? _has : _present, start, end);
    }

    /// <summary>A block has come here.</summary>
    public void Arrived(long number) => Next = Math.Min(Next, number);

    /// <summary>Takes a block that is about to be sent.</summary>
    public void Take(long number)
    {
        Set(_has, number, number + 1);
        Next = number + 1;
    }

    /// <summary>Whether no lane of the link is about to load a block for the first time.</summary>
    public bool HasTaken(long number) => Has(number) && !_loading.Contains(number);

    /// <summary>A lane is about to load a block: its slab must not go before.</summary>
    public void BeginLoading(long number) => _loading.Add(number);

    public void EndLoading(long number) => _loading.Remove(number);

    /// <summary>Nothing before this block is to be sent at the moment.</summary>
    public void SkipTo(long number) => Next = Math.Max(Next, number);

    /// <summary>The first block from there on that the node lacks.</summary>
    public long FirstLacking(long from)
    {
        for (var word = (int)(from >> 6); word < _has.Count; word++)
        {
            var missing = ~_has[word] & (word == from >> 6 ? ulong.MaxValue << (int)(from & 63) : ulong.MaxValue);
            if (missing != 0)
            {
                return ((long)word << 6) + BitOperations.TrailingZeroCount(missing);
            }
        }

        return Math.Max(from, (long)_has.Count << 6);
    }

    private static bool Test(List<ulong> bits, long number) => number >> 6 < bits.Count && (bits[(int)(number >> 6)] >> (int)(number & 63) & 1) != 0;

    private static void Set(List<ulong> bits, long start, long end)
    {
        while (bits.Count < (end + 63) >> 6)
        {
            bits.Add(0);
        }

        for (var number = start; number < end;)
        {
            var count = Math.Min(end - number, 64 - (number & 63));
            bits[(int)(number >> 6)] |= ulong.MaxValue >> (int)(64 - count) << (int)(number & 63);
            number += count;
        }
    }
}
