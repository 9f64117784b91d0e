using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>Limits what a sender can make the target remember until the end of a copy: links, the metadata of directories, files that failed.</summary>
/// <param name="most">Maximum bytes.</param>
internal sealed class SinkMemory(long most)
{
    private const long Most = 512 << 20;
    private const int Overhead = 128;

    private long _bytes;

    /// <summary>A quarter of the memory that this process may use, up to a fixed limit.</summary>
    public SinkMemory()
        : this(Math.Min(Most, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4))
    {
    }

    /// <summary>Counts something that is remembered under a path.</summary>
    /// <exception cref="Failure">It is too much.</exception>
    public void Take(string path, int more = 0) => Take((2L * path.Length) + more + Overhead);

    /// <exception cref="Failure">It is too much.</exception>
    public void Take(long bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) > most)
        {
            throw new Failure(ExitCode.Objects, "the source has more links, directories or errors than can be remembered here", "copy parts of it, one by one");
        }
    }
}
