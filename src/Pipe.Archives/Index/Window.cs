namespace Pipe.Archives;

/// <summary>The stretch of a stream that an <see cref="ArchiveFormat"/> wants to see next. What lies in front of it passes unseen.</summary>
internal readonly record struct Window(long Start, int Length)
{
    public long End => Start + Length;
}
