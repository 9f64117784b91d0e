using System.IO.Hashing;

namespace Pipe.Protocol;

/// <summary>Digests of a stream and of stretches of it, made as its bytes come: XXH128 of the whole, XXH3 of a stretch.</summary>
internal sealed class StreamDigest
{
    private readonly XxHash128 _whole = new();
    private readonly XxHash3 _stretch = new();

    /// <summary>Of all bytes so far.</summary>
    public WideDigest Whole
    {
        get
        {
            var digest = _whole.GetCurrentHashAsUInt128();
            return new WideDigest((ulong)(digest >> 64), (ulong)digest);
        }
    }

    public void Add(ReadOnlySpan<byte> bytes) => _whole.Append(bytes);

    /// <summary>Bytes of a stretch that is to be looked at by itself, too.</summary>
    public void AddToStretch(ReadOnlySpan<byte> bytes) => _stretch.Append(bytes);

    /// <summary>Of what was added since the last call.</summary>
    public ulong TakeStretch()
    {
        var digest = _stretch.GetCurrentHashAsUInt64();
        _stretch.Reset();
        return digest;
    }
}
