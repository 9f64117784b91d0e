namespace Pipe.Trees;

/// <summary>
/// A set of facts, of which nothing is kept but 126 bits: 16 bytes each, and about as much again of room to grow. Filled by one thread;
/// asked by many from then on, who may mark what they have found.
/// </summary>
internal sealed class FactSet
{
    /// <summary>Of which each grows by itself, so that there are never two copies of the whole.</summary>
    private const int Shards = 256;
    private const int FirstSlots = 16;

    /// <summary>Nought is an empty slot, and no fact.</summary>
    private static readonly UInt128 Present = 2u;
    private static readonly UInt128 Marked = UInt128.One;
    private readonly UInt128[][] _shards = [.. Enumerable.Range(0, Shards).Select(_ => new UInt128[FirstSlots])];
    private readonly int[] _counts = new int[Shards];

    /// <summary>False if it was known already.</summary>
    public bool Add(UInt128 fact)
    {
        var shard = ShardOf(fact);
        if (_counts[shard] >= _shards[shard].Length / 4 * 3)
        {
            Grow(ref _shards[shard]);
        }

        ref var slot = ref Slot(_shards[shard], fact | Present);
        if (slot != UInt128.Zero)
        {
            return false;
        }

        slot = (fact | Present) & ~Marked;
        _counts[shard]++;
        return true;
    }

    public bool Contains(UInt128 fact) => Slot(_shards[ShardOf(fact)], fact | Present) != UInt128.Zero;

    /// <summary>Remembers that it was asked for, if it is known.</summary>
    public void Mark(UInt128 fact)
    {
        ref var slot = ref Slot(_shards[ShardOf(fact)], fact | Present);
        if (slot != UInt128.Zero)
        {
            // Half written is as good: only this bit changes.
            slot |= Marked;
        }
    }

    public bool IsMarked(UInt128 fact) => (Slot(_shards[ShardOf(fact)], fact | Present) & Marked) != UInt128.Zero;

    private static int ShardOf(UInt128 fact) => (int)(ulong)(fact >> 120);

    /// <summary>Where it is, or where it would be.</summary>
    private static ref UInt128 Slot(UInt128[] slots, UInt128 fact)
    {
        var at = (int)Math.BigMul((ulong)fact, (ulong)slots.Length, out _);
        while (slots[at] != UInt128.Zero && (slots[at] | Marked) != (fact | Marked))
        {
            at = at + 1 == slots.Length ? 0 : at + 1;
        }

        return ref slots[at];
    }

    private static void Grow(ref UInt128[] slots)
    {
        var old = slots;
        slots = new UInt128[old.Length / 2 * 3];
        foreach (var fact in old.Where(fact => fact != UInt128.Zero))
        {
            Slot(slots, fact) = fact;
        }
    }
}
