namespace Pipe.Protocol;

/// <summary>A fragment that an archive has already.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Digest">XXH3 of them, of 64 bits, with seed 0.</param>
internal readonly record struct KeptFragment(long Size, ulong Digest)
{
    public const int WireSize = 16;
}
