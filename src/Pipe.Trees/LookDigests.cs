using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>
/// What stands in place of the attributes of a member while both sides are compared: a digest of those that any user may set, one of those
/// that only root may, and which file it is.
/// </summary>
internal static class LookDigests
{
    private const int Roots = PieceDigest.Size;
    private const int Identity = 2 * PieceDigest.Size;

    /// <param name="attributes">All that there are; null if they cannot be compared.</param>
    /// <param name="status">Of the member.</param>
    /// <param name="unknown">Fills the digests of what cannot be compared; the other side fills them with something else.</param>
    public static byte[] Of(byte[]? attributes, in FileStatus status, byte unknown) =>
    [
        .. attributes is null ? Unknown(unknown) : Looks.DigestOf(attributes),
        .. attributes is null ? Unknown(unknown) : Looks.DigestOfRoots(attributes),
        .. RawText.Encode(Looks.IdentityOf(status)),
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
