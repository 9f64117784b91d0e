using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// Inspects each incoming byte of an archive, on its own thread: computes the digests of the fragments and of the stream, and indexes the members.
/// Fragments come in order.
/// </summary>
internal sealed class FragmentInspector(StreamDigest? stream, IndexFile? index) : IDisposable
{
    /// <summary>Size that stays in a core's cache while all digests process it.</summary>
    private const int Portion = 128 * 1024;
    private readonly FragmentDigests _digests = new();

    /// <summary>Inspects one fragment to its end.</summary>
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
