using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Packs the contents of files: small ones whole, large ones in pieces, less what the target has.</summary>
/// <param name="walk">Gets the pieces of large files.</param>
/// <param name="news">Is told what goes wrong.</param>
/// <param name="comparison">What the target has; null if nobody has asked.</param>
internal sealed class FilePacker(TreeWalk walk, SourceNews news, Comparison? comparison)
{
    /// <summary>Packs a file, or what leads to its pieces; false if it goes into the next pack. The file is closed, here or in the end.</summary>
    public bool TryPack(ref Pack pack, Fd fd, in FileStatus status, string path, byte[] attributes)
    {
        using var handle = new Handle(fd);
        if (comparison is { IsAll: true } && !comparison.MayBeSame(path, status.Size))
        {
            return comparison.TryDiffer(ref pack, path);
        }

        var entry = Entry.Of(EntryKind.File, path, status, attributes);
        entry.Span = status.Size;
        if (comparison?.IsTrusted(path, status) == true)
        {
            return TryPackThere(ref pack, entry);
        }

        if (status.Size == 0)
        {
            return TryPackUnsized(ref pack, ref entry, fd, path);
        }

        if (pack.Fits(entry, status.Size) && !status.IsSparse && (comparison is null || status.Size < FileCursor.PieceSize))
        {
            return TryPackWhole(ref pack, ref entry, fd, status, path);
        }

        if (pack.Length > 0 && status.Size <= FileCursor.PieceSize)
        {
            return false;
        }

        handle.Keep();
        walk.Push(new FileCursor(new SourceFile(fd, status, path, attributes), 0, status.Size, hasHoles: status.IsSparse && comparison is null));
        return true;
    }

    public bool TryPack(ref Pack pack, Step.Piece piece)
    {
        var file = piece.File;
        if (!file.IsSpoiled)
        {
            var entry = Entry.Of(EntryKind.File, file.Path, file.Status, file.Attributes);
            (entry.Offset, entry.Span, entry.Origin) = (piece.Offset, piece.Span, piece.Origin);
            if (!pack.Fits(entry, piece.Origin == PieceOrigin.Sent ? piece.Span : 0))
            {
                return pack.Length == 0 && TrySplit(ref pack, piece, entry);
            }

            if (!TryAdd(ref pack, piece, ref entry))
            {
                return false;
            }
        }

        if (file.Finish(piece.Span))
        {
            End(file);
        }

        return true;
    }

    private bool TryPackThere(ref Pack pack, scoped in TreeEntry entry)
    {
        if (!pack.Fits(entry, 0))
        {
            return false;
        }

        if (comparison!.IsAll)
        {
            news.Compared(entry);
            return true;
        }

        var there = entry;
        there.Origin = PieceOrigin.There;
        pack.Add(there);

        return true;
    }

    /// <summary>Reads what has no size: it is empty, or lies on a file system that does not know sizes, as /proc.</summary>
    private bool TryPackUnsized(ref Pack pack, scoped ref TreeEntry entry, Fd fd, string path)
    {
        if (!pack.Fits(entry, 1))
        {
            return false;
        }

        var room = pack.DataRoom(entry);
        var count = fd.ReadAt(room, 0);
        if (count == room.Length)
        {
            return pack.Length > 0 ? false : news.TryComplain(ref pack, path, $"{fd.Name}: longer than {room.Length} bytes, and of no known size");
        }

        return TryPackRead(ref pack, ref entry, room[..count], path);
    }

    /// <summary>Reads a small file; what has become of it by then is what is sent.</summary>
    private bool TryPackWhole(ref Pack pack, scoped ref TreeEntry entry, Fd fd, in FileStatus status, string path)
    {
        var room = pack.DataRoom(entry);
        var count = fd.ReadAt(room[..(int)status.Size], 0);
        if (!TryPackRead(ref pack, ref entry, room[..count], path))
        {
            return false;
        }

        if (comparison is not { IsAll: true } && FileStatus.Of(fd).HasChangedSince(status))
        {
            news.Changed($"{fd.Name}: the file changed while it was read");
        }

        return true;
    }

    /// <summary>All of a file, which is in the pack's room.</summary>
    private bool TryPackRead(ref Pack pack, scoped ref TreeEntry entry, ReadOnlySpan<byte> bytes, string path)
    {
        entry.Size = entry.Span = bytes.Length;
        if (comparison?.Has(path, bytes.Length, 0, bytes) == true)
        {
            return TryPackThere(ref pack, entry);
        }

        if (comparison is { IsAll: true })
        {
            return comparison.TryDiffer(ref pack, path);
        }

        pack.Add(entry, bytes.Length);
        return true;
    }

    /// <summary>A block with little room takes the beginning of a piece, of whole pages.</summary>
    private bool TrySplit(ref Pack pack, Step.Piece piece, scoped in TreeEntry entry)
    {
        const int page = 4096;
        var span = (long)pack.DataRoom(entry).Length / page * page;
        walk.Push(new StepsCursor([piece with { Offset = piece.Offset + span, Span = piece.Span - span }]));
        return TryPack(ref pack, piece with { Span = span });
    }

    private bool TryAdd(ref Pack pack, Step.Piece piece, scoped ref TreeEntry entry)
    {
        if (piece.Origin != PieceOrigin.Sent)
        {
            return TryPackBare(ref pack, entry);
        }

        try
        {
            var room = pack.DataRoom(entry)[..(int)piece.Span];
            var count = piece.File.Fd.ReadAt(room, piece.Offset);
            return count == piece.Span ? TryAddRead(ref pack, piece, ref entry, room)
                : piece.Offset == 0 && piece.Span == piece.File.Status.Size ? TryPackRead(ref pack, ref entry, room[..count], piece.File.Path)
                : TrySpoil(ref pack, piece.File, $"{piece.File.Fd.Name}: the file became shorter while it was read");
        }
        catch (LinuxException e)
        {
            return TrySpoil(ref pack, piece.File, e.Message);
        }
    }

    /// <summary>A piece without its bytes.</summary>
    private bool TryPackBare(ref Pack pack, scoped in TreeEntry entry)
    {
        if (comparison is { IsAll: true })
        {
            news.Compared(entry);
        }
        else
        {
            pack.Add(entry);
        }

        return true;
    }

    private bool TryAddRead(ref Pack pack, Step.Piece piece, scoped ref TreeEntry entry, ReadOnlySpan<byte> bytes)
    {
        if (comparison is not null && !piece.IsDifferent && comparison.Has(piece.File.Path, piece.File.Status.Size, piece.Offset, bytes))
        {
            entry.Origin = PieceOrigin.There;
            return TryPackBare(ref pack, entry);
        }

        if (comparison is { IsAll: true })
        {
            piece.File.Spoil();
            return comparison.TryDiffer(ref pack, piece.File.Path);
        }

        if (comparison is not null && !piece.IsDifferent && piece.File.Status.IsSparse)
        {
            // It was read with its holes to be compared, and is sent without them.
            piece.File.Repeat(piece.Span);
            walk.Push(new FileCursor(piece.File, piece.Offset, piece.Offset + piece.Span, hasHoles: true) { IsDifferent = true });
            return true;
        }

        pack.Add(entry, bytes.Length);
        return true;
    }

    private bool TrySpoil(ref Pack pack, SourceFile file, string cause)
    {
        // Others read it too, and find the same.
        lock (file)
        {
            if (!file.IsSpoiled && !news.TryComplain(ref pack, file.Path, cause))
            {
                return false;
            }

            file.Spoil();
            return true;
        }
    }

    private void End(SourceFile file)
    {
        if (!file.IsSpoiled && FileStatus.Of(file.Fd).HasChangedSince(file.Status))
        {
            news.Changed($"{file.Fd.Name}: the file changed while it was read");
        }

        file.Fd.Dispose();
    }
}
