using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>
/// A target that is neither a regular file nor a directory (a device or fifo): the single source file is written in place, without a temporary.
/// </summary>
/// <param name="fd">Owned by the caller.</param>
internal sealed class TargetDevice(Fd fd)
{
    private readonly RangeLedger _pieces = new();
    private long _size;

    /// <summary>Writes a piece in place. Throws for an entry that is not a piece of a file.</summary>
    public void Write(scoped in TreeEntry piece)
    {
        if (piece.Kind != EntryKind.File)
        {
            throw new LinuxException("open", fd.Name, Errno.NotDirectory);
        }

        Note(piece);
        switch (piece.Origin)
        {
            case PieceOrigin.Sent:
                fd.WriteAllAt(piece.Data, piece.Offset);
                break;
            case PieceOrigin.Hole:
                fd.Zero(piece.Offset, piece.Span);
                break;
            default:
                ProtocolException.Throw("tree: a piece that is there already, in a device");
                break;
        }
    }

    /// <summary>Checks that all pieces have arrived.</summary>
    public void Finish()
    {
        lock (_pieces)
        {
            if (!_pieces.Covers(_size))
            {
                throw new ProtocolException($"tree: {RawText.Printable(fd.Name)}: not all of its pieces came");
            }
        }

        if (FileStatus.Of(fd).IsBlockDevice)
        {
            fd.Sync();
        }
    }

    private void Note(scoped in TreeEntry piece)
    {
        lock (_pieces)
        {
            _size = piece.Size;
            if (piece.Span > 0)
            {
                _pieces.TryAdd(piece.Offset, piece.Span);
            }
        }
    }
}
