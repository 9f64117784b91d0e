using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// Looks at each byte of an archive on its way in, on a thread of its own: the digests of the fragments and of the stream, and the
/// members in it. Fragments come in order.
/// </summary>
internal sealed class FragmentInspector(StreamDigest? stream, IndexFile? index) : IDisposable
{
    /// <summary>Bytes that stay in the cache of a core while all digests see them.</summary>
    private const int Portion = 128 * 1024;
    private readonly FragmentDigests _digests = new();

    /// <summary>Sees one fragment through to its end.</summary>
    public (ulong XxHash, Digest Sha256) Inspect(StagedFile file)
    {
        while (file.AwaitUninspected(Portion) is { IsEmpty: false } bytes)
        {
            _digests.Add(bytes);
            stream?.Add(bytes);
            index?.Feed(bytes);
            file.Inspected(bytes.Length);
        }

        return _digests.Take();
    }

    public void Dispose() => _digests.Dispose();
}
