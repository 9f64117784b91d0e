using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>
/// The index of an archive while it is written. It gets its name when the archive is complete. Whatever happens to it, the stream goes on.
/// </summary>
internal sealed class IndexFile : IDisposable
{
    private readonly ArchiveName _archive;
    private readonly Fd _fd;
    private readonly FileStream _stream;
    private readonly MemberWalker _walker;
    private bool _isNamed;

    public IndexFile(ArchiveName archive)
    {
        const uint plain = 0x1B6; // rw-rw-rw-
        _archive = archive;
        _fd = Fd.Open(Part, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate | OpenFlags.NoFollow, plain);
        _stream = ByteStream.Over(_fd.Duplicate(), FileAccess.Write);
        _walker = new MemberWalker(_stream);
    }

    private string Part => Paths.Join(_archive.Directory, _archive.IndexPart);

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
            Paths.Rename(Part, _archive.Index);
            _isNamed = true;
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
        if (!_isNamed)
        {
            try
            {
                Paths.Remove(Part);
            }
            catch (LinuxException)
            {
                // The next run sweeps.
            }
        }
    }
}
