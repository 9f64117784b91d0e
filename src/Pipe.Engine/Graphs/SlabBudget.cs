using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>The memory for blocks that copies share: slabs, and what it takes to read blocks again that have none. Guarded by the <see cref="SharedBlocks"/> that it belongs to.</summary>
/// <param name="block">Bytes of a slab.</param>
/// <param name="most">Slabs at most.</param>
internal sealed class SlabBudget(int block, int most)
{
    private readonly Stack<Slab> _free = new();
    private long _recipeBytes;
    private bool _isClosed;

    /// <summary>Slabs that there are now.</summary>
    public int Made { get; private set; }

    /// <summary>Half of the memory is full of what it takes to read blocks again: no more are given up.</summary>
    public bool IsFullOfRecipes => _recipeBytes > (long)most * block / 2;

    private int Allowed => Math.Max(most - (int)(_recipeBytes / block), most / 2);

    /// <summary>A slab; null if none may be made and all are in use.</summary>
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

    /// <summary>A block has lost its slab, or is not needed any longer.</summary>
    public void CountRecipe(int bytes) => _recipeBytes += bytes;

    /// <summary>Slabs still in use are freed as they come back.</summary>
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
