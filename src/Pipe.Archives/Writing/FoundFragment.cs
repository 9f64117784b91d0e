using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// A complete fragment that the manifest does not list, because the run or the manifest was interrupted in between. It is compared with the stream, and
/// never written, renamed or removed.
/// </summary>
internal sealed class FoundFragment : StagedFile
{
    private const int MostAtATime = 1 << 20;
    private readonly string _path;
    private readonly byte[] _there = new byte[MostAtATime];
    private readonly Fd _fd;

    /// <param name="path">The path of the file.</param>
    /// <param name="retained">Memory for this file alone, until it is finished.</param>
    /// <param name="retry">Shared by the whole archive.</param>
    public FoundFragment(string path, RetainedBytes retained, SpaceRetry retry)
        : base(retained, retry, isInspected: true)
    {
        _path = path;
        _fd = StoredFile.Open(path);
        Size = FileStatus.Of(_fd).Size;
    }

    public long Size { get; }

    protected override string ShownAs => _path;

    /// <summary>The failure if the stream ends or differs before these bytes.</summary>
    public static Failure NotInStream(string path) => new(
        ExitCode.Integrity,
        $"{path}: already exists, is not listed in the manifest, and has bytes that the stream lacks",
        "give the stream that the archive was made of, or move that file away");

    public override void Finish()
    {
        if (FileStatus.Of(_fd).Size != Written)
        {
            throw NotInStream(_path);
        }

        _fd.Sync();
        _fd.Close();
        Durable(Written);
    }

    public override void Name(string path, bool replaces)
    {
        // It already has its name.
    }

    public override void KeepName() => Paths.KeepName(_path);

    public override void Dispose()
    {
        Abandon();
        _fd.Dispose();
    }

    protected override bool TryStore(ReadOnlySpan<byte> piece)
    {
        while (!piece.IsEmpty)
        {
            var there = _there.AsSpan(0, Math.Min(piece.Length, MostAtATime));
            if (_fd.ReadAt(there, Written) != there.Length || !there.SequenceEqual(piece[..there.Length]))
            {
                throw NotInStream(_path);
            }

            Stored(Written + there.Length);
            piece = piece[there.Length..];
        }

        return true;
    }

    protected override void MakeDurable(long end) => Durable(end);
}
