using System.Numerics;

namespace Pipe.Protocol.Datagrams;

/// <summary>The received bytes of a block, one bit for each <see cref="DatagramLimits.FragmentUnit"/> bytes. Fragments may overlap and have any size.</summary>
/// <param name="capacity">Bytes of the largest block.</param>
internal sealed class BlockMap(int capacity)
{
    private readonly ulong[] _bits = new ulong[(Units(capacity) + 63) / 64];
    private int _missing;

    /// <summary>Size of the block in bytes.</summary>
    public int Size { get; private set; }

    public bool IsWhole => _missing == 0;

    public void Reset(int size)
    {
        _bits.AsSpan(0, (Units(Size) + 63) / 64).Clear();
        (Size, _missing) = (size, Units(size));
    }

    /// <summary>Adds a fragment; returns the number of new units.</summary>
    public int Add(int offset, int length)
    {
        var (from, to) = (offset / DatagramLimits.FragmentUnit, Units(offset + length));
        var added = 0;
        for (var word = from / 64; word * 64 < to; word++)
        {
            var mask = Mask(word, from, to);
            added += BitOperations.PopCount(mask & ~_bits[word]);
            _bits[word] |= mask;
        }

        _missing -= added;
        return added;
    }

    public bool Contains(int offset, int length)
    {
        var (from, to) = (offset / DatagramLimits.FragmentUnit, Units(offset + length));
        for (var word = from / 64; word * 64 < to; word++)
        {
            if ((Mask(word, from, to) & ~_bits[word]) != 0)
            {
                return false;
            }
        }

        return true;
    }

    private static int Units(int bytes) => (bytes + DatagramLimits.FragmentUnit - 1) / DatagramLimits.FragmentUnit;

    /// <summary>The bits of one word that lie in a range of units.</summary>
    private static ulong Mask(int word, int from, int to)
    {
        var mask = ulong.MaxValue;
        if (word * 64 < from)
        {
            mask <<= from - (word * 64);
        }

        var end = to - (word * 64);
        return end < 64 ? mask & ((1UL << end) - 1) : mask;
    }
}
