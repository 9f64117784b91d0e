using System.IO.Hashing;
using System.Security.Cryptography;

namespace Pipe.Protocol;

/// <summary>The digests of a fragment, computed incrementally.</summary>
internal sealed class FragmentDigests : IDisposable
{
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly XxHash3 _xxHash = new();

    public void Add(ReadOnlySpan<byte> bytes)
    {
        _xxHash.Append(bytes);
        _sha256.AppendData(bytes);
    }

    /// <summary>The digests of the bytes added since the last call.</summary>
    public (ulong XxHash, Digest Sha256) Take()
    {
        var xxHash = _xxHash.GetCurrentHashAsUInt64();
        _xxHash.Reset();
        Span<byte> sha256 = stackalloc byte[SHA256.HashSizeInBytes];
        _sha256.GetHashAndReset(sha256);
        return (xxHash, Digest.Read(sha256));
    }

    public void Dispose() => _sha256.Dispose();
}
