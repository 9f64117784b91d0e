using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>A fragment that is being written.</summary>
/// <param name="Number">The number, from 0.</param>
/// <param name="Directory">Its directory, as the manifest names it.</param>
/// <param name="Offset">Offset of its first byte in the stream.</param>
/// <param name="Size">Maximum size in bytes.</param>
/// <param name="File">The file.</param>
internal sealed record GrowingFragment(int Number, string Directory, long Offset, long Size, StagedFile File)
{
    /// <summary>Its digests, once it is inspected completely.</summary>
    public TaskCompletionSource<(ulong XxHash, Digest Sha256)> Digests { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Room => Size - File.Written;

    /// <summary>The fragment for the manifest, now that it is complete.</summary>
    public Fragment Complete()
    {
        var (xxHash, sha256) = Digests.Task.GetAwaiter().GetResult();
        return new Fragment(Number, Directory, Offset, File.Written, xxHash, sha256);
    }
}
