using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>A complete fragment of an archive, as listed in the manifest.</summary>
/// <param name="Number">The number, from 0.</param>
/// <param name="Directory">Its directory; empty for the manifest's.</param>
/// <param name="Offset">Offset of its first byte in the stream.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="XxHash">64-bit XXH3 of its bytes, with seed 0.</param>
/// <param name="Sha256">SHA-256 of its bytes.</param>
internal readonly record struct Fragment(int Number, string Directory, long Offset, long Size, ulong XxHash, Digest Sha256)
{
    public long End => Offset + Size;

    public string Path(ArchiveName archive) =>
        Paths.Join(Directory.Length > 0 ? Directory : archive.Directory, archive.Fragment(Number));
}
