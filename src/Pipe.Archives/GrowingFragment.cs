using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>A fragment that is being written.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Directory">Where it lies, as the manifest calls it.</param>
/// <param name="Offset">Of its first byte in the stream.</param>
/// <param name="Size">Bytes at most.</param>
/// <param name="File">The file it is.</param>
internal sealed record GrowingFragment(int Number, string Directory, long Offset, long Size, StagedFile File)
{
    /// <summary>Its digests, once somebody has looked at all of it.</summary>
    public TaskCompletionSource<(ulong XxHash, Digest Sha256)> Digests { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Room => Size - File.Written;

    /// <summary>As it is now that it is complete.</summary>
    public Fragment Complete()
    {
        var (xxHash, sha256) = Digests.Task.GetAwaiter().GetResult();
        return new Fragment(Number, Directory, Offset, File.Written, xxHash, sha256);
    }
}
