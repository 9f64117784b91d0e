using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>Packs the contents of files: small ones whole, large ones in pieces, without what the target already has.</summary>
/// <param name="walk">Takes the pieces of large files.</param>
/// <param name="news">Receives read errors.</param>
/// <param name="comparison">The comparison with the target; null if there is none.</param>
internal sealed class FilePacker(TreeWalk walk, SourceNews news, Comparison? comparison)
{
    /// <summary>How often a small file that changes is read again.</summary>
    private const int MostReadings = 3;

    /// <summary>Packs a file, or queues its pieces; false if it must go into the next pack. Closes the file, now or after the last piece.</summary>
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
            return TryPackWhole(ref pack, fd, status, path, attributes);
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
        if (file.IsSpoiled)
        {
            CloseAfter(piece);
            return true;
        }

        var entry = Entry.Of(EntryKind.File, file.Path, file.Status, file.Attributes);
        (entry.Offset, entry.Span, entry.Origin) = (piece.Offset, piece.Span, piece.Origin);
        if (!pack.Fits(entry, piece.Origin == PieceOrigin.Sent ? piece.Span : 0))
        {
            return pack.Length == 0 && TrySplit(ref pack, piece, entry);
        }

        return TryAdd(ref pack, piece, ref entry);
    }

    private bool TryPackThere(ref Pack pack, scoped in TreeEntry entry)
    {
        if (!pack.Fits(entry, 0))
        {
            return false;
        }

        if (comparison!.IsAll)
        {
            if (!comparison.TryCompareLooks(ref pack, entry))
            {
                return false;
            }

            news.Compared(entry);
            return true;
        }

        var there = entry;
        there.Origin = PieceOrigin.There;
        pack.Add(there);

        return true;
    }

    /// <summary>Reads a file of reported size 0: an empty one, or one on a file system without sizes, such as /proc.</summary>
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
            return pack.Length > 0 ? false : news.TryReport(ref pack, path, $"{fd.Name}: longer than {room.Length} bytes, and of no known size");
        }

        return FileStatus.Of(fd) is { Size: > 0 } grown && comparison is not { IsAll: true }
            ? TryPackWhole(ref pack, fd, grown, path, entry.Attributes.ToArray())
            : TryPackRead(ref pack, ref entry, room[..count], path);
    }

    /// <summary>Reads a small file, and again if it changes meanwhile. One that keeps changing is sent as torn.</summary>
    private bool TryPackWhole(ref Pack pack, Fd fd, FileStatus status, string path, byte[] attributes)
    {
        for (var reading = 1; ; reading++)
        {
            var entry = Entry.Of(EntryKind.File, path, status, attributes);
            var isTorn = reading > MostReadings;
            if (!pack.Fits(entry, status.Size) || (isTorn && !news.TryTear(ref pack, path, fd.Name, entry.OverheadSize + status.Size)))
            {
                return pack.Length == 0 && news.TryReport(ref pack, path, $"{fd.Name}: the file changed while it was read");
            }

            var room = pack.DataRoom(entry)[..(int)status.Size];
            var count = fd.ReadAt(room, 0);
            var now = FileStatus.Of(fd);
            if (isTorn || comparison is { IsAll: true } || !now.HasChangedSince(status))
            {
                return TryPackRead(ref pack, ref entry, room[..count], path);
            }

            status = now;
        }
    }

    /// <summary>Packs a whole file that was read into the pack's room.</summary>
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

    /// <summary>Splits a piece if the block has little room: packs its beginning, in whole pages.</summary>
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
            return TryFinish(ref pack, piece, entry, 0);
        }

        var file = piece.File;
        try
        {
            var room = pack.DataRoom(entry)[..(int)piece.Span];
            var count = file.Fd.ReadAt(room, piece.Offset);
            return count == piece.Span ? TryAddRead(ref pack, piece, ref entry, room)
                : piece.Offset == 0 && piece.Span == file.Status.Size ? TryAddShort(ref pack, piece, ref entry, room[..count])
                : TrySpoil(ref pack, piece, $"{file.Fd.Name}: the file became shorter while it was read");
        }
        catch (LinuxException e)
        {
            return TrySpoil(ref pack, piece, e.Message);
        }
    }

    private bool TryAddRead(ref Pack pack, Step.Piece piece, scoped ref TreeEntry entry, ReadOnlySpan<byte> bytes)
    {
        var file = piece.File;
        if (comparison is not null && !piece.IsDifferent && comparison.Has(file.Path, file.Status.Size, piece.Offset, bytes))
        {
            entry.Origin = PieceOrigin.There;
            return TryFinish(ref pack, piece, entry, 0);
        }

        if (comparison is { IsAll: true })
        {
            return TrySpoil(ref pack, piece);
        }

        if (comparison is not null && !piece.IsDifferent && file.Status.IsSparse)
        {
            // The piece was read with its holes to be compared, and is sent without them.
            walk.Push(new FileCursor(file, piece.Offset, piece.Offset + piece.Span, hasHoles: true) { IsDifferent = true });
            return true;
        }

        return TryFinish(ref pack, piece, entry, bytes.Length);
    }

    /// <summary>Packs a whole file that is shorter than its reported size, such as those in /sys.</summary>
    private bool TryAddShort(ref Pack pack, Step.Piece piece, scoped ref TreeEntry entry, ReadOnlySpan<byte> bytes)
    {
        entry.Size = entry.Span = bytes.Length;
        if (comparison?.Has(piece.File.Path, bytes.Length, 0, bytes) == true)
        {
            entry.Origin = PieceOrigin.There;
            return TryFinish(ref pack, piece, entry, 0);
        }

        return comparison is { IsAll: true } ? TrySpoil(ref pack, piece) : TryFinish(ref pack, piece, entry, bytes.Length);
    }

    /// <summary>Adds a piece whose data are in the pack's room. After the last one, checks whether the file has changed.</summary>
    private bool TryFinish(ref Pack pack, Step.Piece piece, scoped in TreeEntry entry, int data)
    {
        var file = piece.File;
        if (!file.Finish(piece.Span))
        {
            Add(ref pack, entry, data);
            return true;
        }

        if (comparison is { IsAll: true })
        {
            if (!file.IsSpoiled && !comparison.TryCompareLooks(ref pack, entry))
            {
                file.Repeat(piece.Span);
                return false;
            }
        }
        else if (!file.IsSpoiled && !file.IsTorn && FileStatus.Of(file.Fd).HasChangedSince(file.Status))
        {
            file.Repeat(piece.Span);
            return TryTear(ref pack, piece, entry, data);
        }

        Add(ref pack, entry, data);
        file.Fd.Dispose();
        return true;
    }

    private void Add(ref Pack pack, scoped in TreeEntry entry, int data)
    {
        if (comparison is { IsAll: true })
        {
            news.Compared(entry);
        }
        else
        {
            pack.Add(entry, data);
        }
    }

    /// <summary>Reports the file as torn, then adds its last piece, which must be in the same block.</summary>
    private bool TryTear(ref Pack pack, Step.Piece piece, scoped in TreeEntry entry, int data)
    {
        const int page = 4096;
        var file = piece.File;
        if (news.TryTear(ref pack, file.Path, file.Fd.Name, entry.OverheadSize + data))
        {
            file.Tear();
            return TryPack(ref pack, piece);
        }

        if (pack.Length > 0)
        {
            return false;
        }

        if (data <= page)
        {
            return TrySpoil(ref pack, piece, $"{file.Fd.Name}: the file changed while it was read");
        }

        var half = Math.Max(page, piece.Span / 2 / page * page);
        walk.Push(new StepsCursor([piece with { Offset = piece.Offset + half, Span = piece.Span - half }]));
        return TryPack(ref pack, piece with { Span = half });
    }

    /// <summary>Gives up the file, because one of its pieces cannot be read.</summary>
    private bool TrySpoil(ref Pack pack, Step.Piece piece, string cause)
    {
        // Other threads read the file too, and run into the same error.
        lock (piece.File)
        {
            if (!piece.File.IsSpoiled && !news.TryReport(ref pack, piece.File.Path, cause))
            {
                return false;
            }

            piece.File.Spoil();
        }

        CloseAfter(piece);
        return true;
    }

    /// <summary>Reports the file as different, because the target has another piece there.</summary>
    private bool TrySpoil(ref Pack pack, Step.Piece piece)
    {
        lock (piece.File)
        {
            if (!piece.File.IsSpoiled && !comparison!.TryDiffer(ref pack, piece.File.Path))
            {
                return false;
            }

            piece.File.Spoil();
        }

        CloseAfter(piece);
        return true;
    }

    private static void CloseAfter(Step.Piece piece)
    {
        if (piece.File.Finish(piece.Span))
        {
            piece.File.Fd.Dispose();
        }
    }
}
