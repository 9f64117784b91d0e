namespace Pipe.Trees;

/// <summary>
/// A set of <see cref="TargetKey"/>s that keeps only 126 bits of each: 16 bytes, and about as much again of free slots. Filled by one thread; then
/// queried by many, which may mark the keys they find.
/// </summary>
internal sealed class TargetKeySet
{
    /// <summary>Each shard grows by itself, so there are never two copies of the whole set.</summary>
    private const int Shards = 256;
    private const int FirstSlots = 16;

    /// <summary>Set in every stored key: zero is an empty slot.</summary>
    private static readonly UInt128 Present = 2u;
    private static readonly UInt128 Marked = UInt128.One;
    private readonly UInt128[][] _shards = [.. Enumerable.Range(0, Shards).Select(_ => new UInt128[FirstSlots])];
    private readonly int[] _counts = new int[Shards];

    /// <summary>False if the key was present already.</summary>
    public bool Add(UInt128 key)
    {
        var shard = ShardOf(key);
        if (_counts[shard] >= _shards[shard].Length / 4 * 3)
        {
            Grow(ref _shards[shard]);
        }

        ref var slot = ref Slot(_shards[shard], key | Present);
        if (slot != UInt128.Zero)
        {
            return false;
        }

        slot = (key | Present) & ~Marked;
        _counts[shard]++;
        return true;
    }

    public bool Contains(UInt128 key) => Slot(_shards[ShardOf(key)], key | Present) != UInt128.Zero;

    /// <summary>Marks a key as queried, if it is present.</summary>
    public void Mark(UInt128 key)
    {
        ref var slot = ref Slot(_shards[ShardOf(key)], key | Present);
        if (slot != UInt128.Zero)
        {
            // A torn write is harmless: only this bit changes.
            slot |= Marked;
        }
    }

    public bool IsMarked(UInt128 key) => (Slot(_shards[ShardOf(key)], key | Present) & Marked) != UInt128.Zero;

    private static int ShardOf(UInt128 key) => (int)(ulong)(key >> 120);

    /// <summary>The slot of the key, or the free slot for it.</summary>
    private static ref UInt128 Slot(UInt128[] slots, UInt128 key)
    {
        var at = (int)Math.BigMul((ulong)key, (ulong)slots.Length, out _);
        while (slots[at] != UInt128.Zero && (slots[at] | Marked) != (key | Marked))
        {
            at = at + 1 == slots.Length ? 0 : at + 1;
        }

        return ref slots[at];
    }

    private static void Grow(ref UInt128[] slots)
    {
        var old = slots;
        slots = new UInt128[old.Length / 2 * 3];
        foreach (var key in old.Where(key => key != UInt128.Zero))
        {
            Slot(slots, key) = key;
        }
    }
}
