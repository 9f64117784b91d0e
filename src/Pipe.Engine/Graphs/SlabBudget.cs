using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>The memory for shared blocks: slabs, and the recipes of blocks without one. Guarded by its <see cref="SharedBlocks"/>.</summary>
/// <param name="block">Size of a slab in bytes.</param>
/// <param name="most">Maximum number of slabs.</param>
internal sealed class SlabBudget(int block, int most)
{
    private readonly Stack<Slab> _free = new();
    private long _recipeBytes;
    private bool _isClosed;

    /// <summary>Number of slabs allocated.</summary>
    public int Made { get; private set; }

    /// <summary>Whether recipes fill half of the memory, so that no more blocks give up their slabs.</summary>
    public bool IsFullOfRecipes => _recipeBytes > (long)most * block / 2;

    private int Allowed => Math.Max(most - (int)(_recipeBytes / block), most / 2);

    /// <summary>Returns a slab; null if all are in use and no more may be made.</summary>
    public Slab? Take()
    {
        if (_free.TryPop(out var slab))
        {
            return slab;
        }

        if (Made >= Allowed)
        {
            return null;
        }

        Made++;
        return new Slab(block);
    }

    public void Return(Slab slab)
    {
        if (_isClosed || Made > Allowed)
        {
            slab.Dispose();
            Made--;
        }
        else
        {
            _free.Push(slab);
        }
    }

    /// <summary>Adjusts the total size of the recipes, when a block has lost its slab or is no longer needed.</summary>
    public void CountRecipe(int bytes) => _recipeBytes += bytes;

    /// <summary>Frees the slabs; those still in use are freed as they are returned.</summary>
    public void Close()
    {
        _isClosed = true;
        while (_free.TryPop(out var slab))
        {
            slab.Dispose();
            Made--;
        }
    }
}
