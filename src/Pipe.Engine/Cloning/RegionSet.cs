using System.Numerics;

namespace Pipe.Engine;

/// <summary>
/// A set of regions that only grows until it is cleared. Any thread may read it; changes need the owner's lock.
/// Memory is allocated in pages when the first of their regions is added: a large clone starts with no more than a small one.
/// </summary>
internal sealed class RegionSet
{
    private const int WordBits = 64;

    /// <summary>Words of a page, which is small enough not to count as a large object of the garbage collector.</summary>
    private const int PageWords = 8 * 1024;

    private readonly ulong[]?[] _pages;

    public RegionSet(long regions)
    {
        Regions = regions;
        WordCount = (regions + WordBits - 1) / WordBits;
        _pages = new ulong[(WordCount + PageWords - 1) / PageWords][];
    }

    public long Regions { get; }

    /// <summary>Number of 64-bit words; the first region is the lowest bit of the first one.</summary>
    public long WordCount { get; }

    public long Count { get; private set; }

    public bool IsFull => Count == Regions;

    /// <summary>Allocated memory in bytes.</summary>
    public long Bytes => _pages.Sum(static page => sizeof(ulong) * (page?.LongLength ?? 0));

    public ulong Word(long index)
    {
        var page = Volatile.Read(ref _pages[index / PageWords]);
        return page is null ? 0 : Volatile.Read(ref page[index % PageWords]);
    }

    public bool Has(long region) => (Word(region / WordBits) >> (int)(region % WordBits) & 1) != 0;

    /// <summary>Whether the set contains every region from <paramref name="first"/> up to <paramref name="end"/>.</summary>
    public bool HasAll(long first, long end) => NextMissing(first, end) == end;

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
        var before = Word(word);
        var added = bits & ~before;
        if (added != 0)
        {
            Count += BitOperations.PopCount(added);
            Volatile.Write(ref PageOf(word)[word % PageWords], before | added);
        }
    }

    public void AddAll(RegionSet other)
    {
        for (var page = 0L; page < other._pages.Length; page++)
        {
            for (var i = 0L; i < (other._pages[page]?.LongLength ?? 0); i++)
            {
                AddWord(page * PageWords + i, other._pages[page]![i]);
            }
        }
    }

    /// <summary>Removes all regions. The pages stay allocated.</summary>
    public void Clear()
    {
        if (Count > 0)
        {
            foreach (var page in _pages)
            {
                Array.Clear(page ?? []);
            }

            Count = 0;
        }
    }

    /// <summary>The first region at or after <paramref name="from"/> that is not in the set; <paramref name="end"/> if there is none.</summary>
    public long NextMissing(long from, long end) => Next(from, end, ulong.MaxValue);

    /// <summary>The first region at or after <paramref name="from"/> in the set; <paramref name="end"/> if there is none.</summary>
    public long NextPresent(long from, long end) => Next(from, end, 0);

    private ulong[] PageOf(long word)
    {
        ref var page = ref _pages[word / PageWords];
        if (page is null)
        {
            Volatile.Write(ref page, new ulong[Math.Min(PageWords, WordCount - word / PageWords * PageWords)]);
        }

        return page!;
    }

    private long Next(long from, long end, ulong flip)
    {
        while (from < end)
        {
            var bits = (Word(from / WordBits) ^ flip) >> (int)(from % WordBits);
            if (bits != 0)
            {
                return Math.Min(end, from + BitOperations.TrailingZeroCount(bits));
            }

            from = (from / WordBits + 1) * WordBits;
        }

        return end;
    }
}
