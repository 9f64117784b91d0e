using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>A complete fragment of an archive, as the manifest has it.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Directory">Where it lies; empty if that is where the manifest is.</param>
/// <param name="Offset">Of its first byte in the stream.</param>
/// <param name="Size">Bytes.</param>
/// <param name="XxHash">XXH3 of them, of 64 bits, with seed 0.</param>
/// <param name="Sha256">SHA-256 of them.</param>
internal readonly record struct Fragment(int Number, string Directory, long Offset, long Size, ulong XxHash, Digest Sha256)
{
    public long End => Offset + Size;

    public string Path(ArchiveName archive) =>
        Paths.Join(Directory.Length > 0 ? Directory : archive.Directory, archive.Fragment(Number));
}
