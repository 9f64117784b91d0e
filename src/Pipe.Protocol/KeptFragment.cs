namespace Pipe.Protocol;

/// <summary>A complete fragment of an archive that is to be resumed.</summary>
/// <param name="Size">Size in bytes.</param>
/// <param name="Digest">64-bit XXH3 of the fragment, with seed 0.</param>
internal readonly record struct KeptFragment(long Size, ulong Digest)
{
    public const int WireSize = 16;
}
