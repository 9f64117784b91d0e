using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// The source of an archive: reads any source front to back and digests the whole stream. For a resumed archive it reads the stored part, compares it,
/// and does not send it.
/// </summary>
/// <param name="source">Owned by this object from here on.</param>
internal sealed class ArchiveFeed(ISource source) : IStreamSource
{
    private readonly StreamDigest _digest = new();
    private IReadOnlyList<KeptFragment> _kept = [];
    private readonly FrontToBack _front = new(source);

    /// <summary>Bytes to send; -1 if unknown before the end.</summary>
    public long Size => source.Size < 0 ? -1 : Math.Max(0, source.Size - KeptBytes);

    public int Mode => Terms.NoMode;

    public string Warning => source.Warning;

    /// <summary>XXH128 of the whole source; valid at its end.</summary>
    public WideDigest Digest => _digest.Whole;

    /// <summary>Bytes already stored.</summary>
    public long KeptBytes => _kept.Sum(fragment => fragment.Size);

    /// <summary>Sets the fragments already stored; called before anything is read.</summary>
    public void Keep(IReadOnlyList<KeptFragment> kept) => _kept = kept;

    WideDigest ISource.StreamDigest => Digest;

    bool ISource.TryKeep(IReadOnlyList<KeptFragment> kept)
    {
        Keep(kept);
        return true;
    }

    public int Read(Span<byte> buffer)
    {
        foreach (var fragment in _kept)
        {
            Pass(fragment, buffer);
        }

        _kept = [];
        var count = _front.Read(buffer);
        _digest.Add(buffer[..count]);
        return count;
    }

    public bool HasMore() => _front.HasMore();

    public void Finish() => source.Finish();

    public void Abort() => source.Abort();

    public void Dispose() => source.Dispose();

    /// <summary>Reads the part of the source that a stored fragment holds, and compares it.</summary>
    private void Pass(KeptFragment fragment, Span<byte> buffer)
    {
        var start = _front.Position;
        for (var left = fragment.Size; left > 0;)
        {
            var count = _front.Read(buffer[..(int)Math.Min(left, buffer.Length)]);
            if (count == 0)
            {
                throw Different($"it ends after {_front.Position} bytes, and the archive has more");
            }

            _digest.Add(buffer[..count]);
            _digest.AddToStretch(buffer[..count]);
            left -= count;
        }

        if (_digest.TakeStretch() != fragment.Digest)
        {
            throw Different($"bytes {start}-{_front.Position - 1} differ");
        }
    }

    private static Failure Different(string how) => new(
        ExitCode.Integrity,
        $"the stream differs from the archived part: {how}",
        $"{OptionWord.Resume} needs a producer that gives the same bytes again; to start over, remove the fragments first");
}
