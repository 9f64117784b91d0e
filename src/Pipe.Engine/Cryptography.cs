using System.Security.Cryptography;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The functions that need the host's OpenSSL: authentication and encryption of data connections, and SHA-256.</summary>
internal static class Cryptography
{
    /// <exception cref="Failure">OpenSSL is not available.</exception>
    public static void Require()
    {
        if (!OpenSsl.IsAvailable)
        {
            throw Missing();
        }
    }

    /// <summary>
    /// Called before anything is opened or started for a copy. Only checks that OpenSSL is installed: loading it takes 2 ms on each host, and a small
    /// copy may never need it.
    /// </summary>
    /// <exception cref="Failure">The copy needs OpenSSL, which is not available.</exception>
    public static void RequireFor(Offer offer)
    {
        var staysInside = offer.Role != Role.Node && (offer.ConnectMode == ConnectMode.Ssh || offer.Lanes == 0 || IsSmall(offer));
        if (!staysInside || offer.Digest == DigestKind.Sha256 || offer.Resource.Kind == ResourceKind.Archive)
        {
            RequireInstalled();
        }
    }

    /// <summary>An incremental SHA-256.</summary>
    /// <exception cref="Failure">OpenSSL is not available.</exception>
    public static IncrementalHash Sha256()
    {
        Require();
        return IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    }

    /// <summary>Called before anything is opened or started for copies that always have data connections.</summary>
    /// <exception cref="Failure">OpenSSL is not available.</exception>
    public static void RequireInstalled()
    {
        if (!OpenSsl.IsInstalled)
        {
            throw Missing();
        }
    }

    private static Failure Missing() => new(
        ExitCode.Unreachable,
        "OpenSSL (libssl) is missing; data connections and SHA-256 need it",
        $"install the package libssl3 (Debian, Ubuntu) or openssl-libs (Fedora, RHEL); a copy with {OptionWord.Connect} ssh needs none");

    /// <summary>
    /// Whether the copy fits into the control channel. The size of a file that the responder sends is not known yet; <see cref="LaneManager"/> checks
    /// again when it wants lanes.
    /// </summary>
    private static bool IsSmall(Offer offer) => offer.Role == Role.Sender
        ? offer.Resource.Kind == ResourceKind.File
        : offer.Terms.Size is >= 0 and <= Limits.InlineBytes;
}
