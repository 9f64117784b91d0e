namespace Pipe.Engine;

/// <summary>What it takes to read a block of a stream source again, without its bytes.</summary>
internal abstract class BlockRecipe
{
    /// <summary>Bytes of memory that it takes.</summary>
    public abstract int Size { get; }

    /// <summary>Reads the block again. Whether it is the same is for the caller to find out.</summary>
    /// <exception cref="Failure">Something of it is not there any more.</exception>
    public abstract void Read(Span<byte> block);
}
