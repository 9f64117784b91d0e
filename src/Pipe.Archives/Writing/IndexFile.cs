using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// The index of an archive being written. It gets its name when the stream is complete, before the manifest lists it. Errors of the index never stop
/// the stream.
/// </summary>
internal sealed class IndexFile : IDisposable
{
    private readonly ArchiveName _archive;
    private readonly AtomicFile _file;
    private readonly FileStream _stream;
    private readonly MemberWalker _walker;

    public IndexFile(ArchiveName archive)
    {
        _archive = archive;
        _file = AtomicFile.CreateAnew(Folder.Of(archive.Index), archive.IndexPart, Permissions.Default, OpenFlags.ReadWrite);
        _stream = ByteStream.Over(_file.Fd.Duplicate(), FileAccess.Write);
        _walker = new MemberWalker(_stream);
    }

    /// <summary>Whether the file of that name is an index, judged by its first bytes: only an index may be replaced or removed.</summary>
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

    /// <exception cref="Failure">Another file already has the name for the index.</exception>
    public static void Check(ArchiveName archive)
    {
        if (FileStatus.OfName(archive.Index) is not null && !IsOne(archive))
        {
            throw new Failure(ExitCode.Objects, $"{archive.Index}: already exists and is not an index of an archive", "choose another name for the archive, or move that file");
        }
    }

    /// <summary>Removes an index; any other file of that name stays.</summary>
    public static void TryRemove(ArchiveName archive)
    {
        if (IsOne(archive))
        {
            Paths.TryRemove(archive.Index);
        }
    }

    /// <summary>The digest of the file, once it is durable and named; otherwise null.</summary>
    public WideDigest? Digest { get; private set; }

    /// <summary>Takes bytes of the stream, in order. Never throws.</summary>
    public void Feed(ReadOnlySpan<byte> bytes) => _walker.Feed(bytes);

    /// <summary>Completes the index at the end of the stream. Returns the reason if there is no index; otherwise an empty string.</summary>
    public string Close()
    {
        _walker.End();
        try
        {
            _stream.Flush();
            var digest = StoredIndex.DigestOf(_file.Fd);
            _file.Commit(Paths.NameOf(_archive.Index));
            Digest = digest;
            return "";
        }
        catch (IOException e)
        {
            // The archive is valid without an index.
            return e.Message;
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _file.Dispose();
        if (Digest is null && _file.IsInPlace)
        {
            Paths.TryRemove(_archive.Index); // no manifest lists it, so it is unused if it stays
        }
    }
}
