namespace Pipe.Archives;

/// <summary>The range of a stream that an <see cref="ArchiveFormat"/> requests next. Bytes before it are skipped.</summary>
internal readonly record struct Window(long Start, int Length)
{
    public long End => Start + Length;
}
