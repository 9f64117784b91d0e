using System.IO.Hashing;

namespace Pipe.Protocol;

/// <summary>Incremental digests of a stream: XXH128 of the whole, XXH3 of ranges within it.</summary>
internal sealed class StreamDigest
{
    private readonly XxHash128 _whole = new();
    private readonly XxHash3 _stretch = new();

    /// <summary>The digest of all bytes so far.</summary>
    public WideDigest Whole
    {
        get
        {
            var digest = _whole.GetCurrentHashAsUInt128();
            return new WideDigest((ulong)(digest >> 64), (ulong)digest);
        }
    }

    public void Add(ReadOnlySpan<byte> bytes) => _whole.Append(bytes);

    /// <summary>Adds bytes to the current range only, not to the whole.</summary>
    public void AddToStretch(ReadOnlySpan<byte> bytes) => _stretch.Append(bytes);

    /// <summary>The digest of the range, which ends here; the next one begins.</summary>
    public ulong TakeStretch()
    {
        var digest = _stretch.GetCurrentHashAsUInt64();
        _stretch.Reset();
        return digest;
    }
}
