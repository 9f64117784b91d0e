namespace Pipe.Engine;

/// <summary>The members of a tree, counted ahead of the copy.</summary>
/// <param name="Files">Members other than directories.</param>
/// <param name="Bytes">Bytes in these files.</param>
/// <param name="Occupied">Bytes that they take on their disk, without the holes in them.</param>
internal readonly record struct SourceCount(long Files, long Bytes, long Occupied);
