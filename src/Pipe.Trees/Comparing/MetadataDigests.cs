using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>
/// Replaces the attributes of a member in a comparison of both sides: a digest of those that any user may set, a digest of those that only root may
/// set, and the file's identity.
/// </summary>
internal static class MetadataDigests
{
    private const int Roots = PieceDigest.Size;
    private const int Identity = 2 * PieceDigest.Size;

    /// <param name="attributes">All attributes; null if they cannot be compared.</param>
    /// <param name="status">The status of the member.</param>
    /// <param name="unknown">Fills the digests of what cannot be compared; each side uses a different value.</param>
    public static byte[] Of(byte[]? attributes, in FileStatus status, byte unknown) =>
    [
        .. attributes is null ? Unknown(unknown) : ComparedMetadata.DigestOf(attributes),
        .. attributes is null ? Unknown(unknown) : ComparedMetadata.DigestOfRoots(attributes),
        .. RawText.Encode(ComparedMetadata.IdentityOf(status)),
    ];

    public static ReadOnlySpan<byte> OfAttributes(ReadOnlySpan<byte> digests) => digests[..Roots];

    public static ReadOnlySpan<byte> OfRoots(ReadOnlySpan<byte> digests) => digests[Roots..Identity];

    public static ReadOnlySpan<byte> IdentityIn(ReadOnlySpan<byte> digests) => digests[Identity..];

    private static byte[] Unknown(byte value)
    {
        var digest = new byte[PieceDigest.Size];
        digest.AsSpan().Fill(value);
        return digest;
    }
}
