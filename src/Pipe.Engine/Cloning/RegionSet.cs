using System.Numerics;

namespace Pipe.Engine;

/// <summary>
/// A set of regions that only grows until it is cleared. Any thread may read it; changes need the owner's lock.
/// </summary>
internal sealed class RegionSet(long regions)
{
    private const int WordBits = 64;
    private readonly ulong[] _words = new ulong[(regions + WordBits - 1) / WordBits];

    public long Regions => regions;

    public long Count { get; private set; }

    public bool IsFull => Count == regions;

    public ReadOnlySpan<ulong> Words => _words;

    public bool Has(long region) => (Volatile.Read(ref _words[region / WordBits]) >> (int)(region % WordBits) & 1) != 0;

    /// <summary>Whether the set contains every region from <paramref name="first"/> up to <paramref name="end"/>.</summary>
    public bool HasAll(long first, long end) => NextMissing(first, end) == end;

    /// <summary>Adds a region; false if the set already contains it.</summary>
    public bool Add(long region)
    {
        if (Has(region))
        {
            return false;
        }

        Volatile.Write(ref _words[region / WordBits], _words[region / WordBits] | 1UL << (int)(region % WordBits));
        Count++;
        return true;
    }

    public void AddRange(long first, long end)
    {
        while (first < end)
        {
            var (word, from) = (first / WordBits, (int)(first % WordBits));
            var length = (int)Math.Min(WordBits - from, end - first);
            AddWord(word, (length == WordBits ? ulong.MaxValue : (1UL << length) - 1) << from);
            first += length;
        }
    }

    /// <summary>Adds the regions of a 64-bit word.</summary>
    public void AddWord(long word, ulong bits)
    {
        var added = bits & ~_words[word];
        if (added != 0)
        {
            Count += BitOperations.PopCount(added);
            Volatile.Write(ref _words[word], _words[word] | added);
        }
    }

    public void AddAll(RegionSet other)
    {
        if (other.Count == 0)
        {
            return;
        }

        for (var word = 0; word < _words.Length; word++)
        {
            AddWord(word, other._words[word]);
        }
    }

    public void Clear()
    {
        if (Count > 0)
        {
            Array.Clear(_words);
            Count = 0;
        }
    }

    /// <summary>The first region at or after <paramref name="from"/> that is not in the set; <paramref name="end"/> if there is none.</summary>
    public long NextMissing(long from, long end) => Next(from, end, ulong.MaxValue);

    /// <summary>The first region at or after <paramref name="from"/> in the set; <paramref name="end"/> if there is none.</summary>
    public long NextPresent(long from, long end) => Next(from, end, 0);

    private long Next(long from, long end, ulong flip)
    {
        while (from < end)
        {
            var bits = (Volatile.Read(ref _words[from / WordBits]) ^ flip) >> (int)(from % WordBits);
            if (bits != 0)
            {
                return Math.Min(end, from + BitOperations.TrailingZeroCount(bits));
            }

            from = (from / WordBits + 1) * WordBits;
        }

        return end;
    }
}
