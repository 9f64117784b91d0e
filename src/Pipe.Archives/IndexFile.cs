using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

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
        Paths.Remove(_name);
        _fd = Fd.Open(_name, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, plain);
        _stream = ByteStream.Over(_fd.Duplicate(), FileAccess.Write);
        _walker = new MemberWalker(_stream);
    }

    /// <summary>Whether the file of that name is the index of an archive, by its first bytes: only that may be replaced or removed.</summary>
    public static bool IsOne(ArchiveName archive)
    {
        if (FileStatus.OfName(archive.Index) is not { IsRegular: true })
        {
            return false;
        }

        using var fd = StoredFile.Open(archive.Index);
        Span<byte> start = stackalloc byte[IndexLine.Opening.Length];
        return fd.ReadAt(start, 0) == start.Length && start.SequenceEqual(IndexLine.Opening);
    }

    /// <exception cref="Failure">A file that is no index has the name that the index is to get.</exception>
    public static void Check(ArchiveName archive)
    {
        if (FileStatus.OfName(archive.Index) is not null && !IsOne(archive))
        {
            throw new Failure(ExitCode.Objects, $"{archive.Index}: is there already, and is no index of an archive", "choose another name for the archive, or move that file");
        }
    }

    /// <summary>Removes an index; another file of that name stays.</summary>
    public static void TryRemove(ArchiveName archive)
    {
        if (IsOne(archive))
        {
            Paths.TryRemove(archive.Index);
        }
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
