using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// The index of an archive while it is written. It gets its name when the stream is complete, before the manifest speaks of it.
/// Whatever happens to it, the stream goes on.
/// </summary>
internal sealed class IndexFile : IDisposable
{
    private readonly ArchiveName _archive;
    private readonly Fd _fd;
    private readonly FileStream _stream;
    private readonly MemberWalker _walker;
    private string _name;

    public IndexFile(ArchiveName archive)
    {
        const uint plain = 0x1B6; // rw-rw-rw-
        _archive = archive;
        _name = Paths.Join(archive.Directory, archive.IndexPart);
        _fd = Fd.Open(_name, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.Truncate | OpenFlags.NoFollow, plain);
        _stream = ByteStream.Over(_fd.Duplicate(), FileAccess.Write);
        _walker = new MemberWalker(_stream);
    }

    /// <summary>Of the file, once it is there for good; null before, and if it never is.</summary>
    public WideDigest? Digest { get; private set; }

    /// <summary>Bytes of the stream, in order. Never throws.</summary>
    public void Feed(ReadOnlySpan<byte> bytes) => _walker.Feed(bytes);

    /// <summary>The stream is complete. Returns why there is no index; empty if there is one.</summary>
    public string Close()
    {
        _walker.End();
        try
        {
            _stream.Flush();
            _fd.Sync();
            var digest = StoredIndex.DigestOf(_fd);
            Paths.Rename(_name, _archive.Index);
            _name = _archive.Index;
            Paths.KeepName(_name);
            Digest = digest;
            return "";
        }
        catch (IOException e)
        {
            // Without an index the archive is as good as with one.
            return e.Message;
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _fd.Dispose();
        if (Digest is null)
        {
            Paths.TryRemove(_name); // no manifest knows it, and nobody uses it if it stays
        }
    }
}
