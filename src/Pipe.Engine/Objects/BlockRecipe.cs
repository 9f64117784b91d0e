namespace Pipe.Engine;

/// <summary>Instructions for reading a block of a stream source again, kept in place of its bytes.</summary>
internal abstract class BlockRecipe
{
    /// <summary>Memory that the recipe takes, in bytes.</summary>
    public abstract int Size { get; }

    /// <summary>Reads the block again. The caller checks that it is unchanged.</summary>
    /// <exception cref="Failure">A part of the block no longer exists.</exception>
    public abstract void Read(Span<byte> block);
}
