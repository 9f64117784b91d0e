using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>A target that is none of a file or directory: the one file goes into it where it is, and nothing can be put aside.</summary>
/// <param name="fd">Owned by the caller.</param>
internal sealed class TargetDevice(Fd fd)
{
    private readonly RangeLedger _pieces = new();
    private long _size;

    /// <summary>Puts a piece in its place. Throws for what is no piece of a file.</summary>
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

    /// <summary>Everything has come.</summary>
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
