using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The progress of a tree, file by file: what the target has, or has acknowledged. Data threads write, the meter reads.</summary>
internal sealed class TreeProgress
{
    private readonly Lock _lock = new();
    private readonly List<FileProgress> _begun = [];
    private readonly Queue<FileProgress> _finished = new();
    private readonly HashSet<string> _dropped = [];
    private byte[] _last = [];
    private int _lastLength;
    private long _lastSize;
    private long _files;
    private long _bytes;
    private long _same;
    private long _sameThere;
    private long _unnamed;

    /// <summary>Maximum number of completed files kept for <see cref="TakeFinished"/>; 0 if it is never called.</summary>
    public int Remembered { get; set; }

    /// <summary>Number of completed members, including links and other nodes.</summary>
    public long Files => Volatile.Read(ref _files);

    /// <summary>Those of them that the target had already, with the same contents. Only the target itself knows which links are the same.</summary>
    public long Same => Math.Max(Volatile.Read(ref _same), Volatile.Read(ref _sameThere));

    /// <summary>Bytes of all completed files, whether sent or already present.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>The file in progress for the longest time, or else the last completed one; null if there is none.</summary>
    public FileProgress? Current
    {
        get
        {
            lock (_lock)
            {
                return _begun.Count > 0 ? _begun[0]
                    : _lastLength > 0 ? FileProgress.Whole(_last.AsSpan(0, _lastLength), _lastSize) : null;
            }
        }
    }

    /// <summary>Takes the progress of the remote end.</summary>
    public void Reach(long files, long bytes)
    {
        lock (_lock)
        {
            (_files, _bytes) = (files, bytes);
        }
    }

    /// <summary>Takes the bytes that the remote end has stored.</summary>
    public void ReachBytes(long bytes)
    {
        lock (_lock)
        {
            _bytes = bytes;
        }
    }

    /// <summary>Takes the number of unchanged members from the remote end.</summary>
    public void ReachSame(long same) => Volatile.Write(ref _sameThere, same);

    /// <summary>Takes the results of the hard links, which are made after all other members.</summary>
    /// <param name="same">Links that existed.</param>
    /// <param name="failed">Links that could not be made; they were counted when they arrived.</param>
    public void TakeLinks(long same, long failed)
    {
        lock (_lock)
        {
            (_same, _files) = (_same + same, _files - failed);
        }
    }

    /// <summary>Adds files and bytes whose names are unknown.</summary>
    public void Add(long files, long bytes)
    {
        lock (_lock)
        {
            (_files, _bytes) = (_files + files, _bytes + bytes);
        }
    }

    /// <summary>Takes all entries of a block.</summary>
    public void Take(ReadOnlySpan<byte> block)
    {
        while (!block.IsEmpty)
        {
            Take(TreeEntry.Read(ref block));
        }
    }

    public void Take(scoped in TreeEntry entry)
    {
        switch (entry.Kind)
        {
            case EntryKind.File when entry.Span < entry.Size:
                TakePiece(entry);
                break;
            case EntryKind.File or EntryKind.SymbolicLink or EntryKind.HardLink or EntryKind.Fifo or EntryKind.Socket or EntryKind.CharacterDevice or EntryKind.BlockDevice:
                TakeWhole(entry);
                break;
            case EntryKind.Error when entry.DropsMember:
                lock (_lock)
                {
                    Subtract(entry.Path);
                }

                break;
            default:
                break;
        }
    }

    /// <summary>Subtracts the bytes of a file that will not be completed, and ignores its other pieces.</summary>
    public void Drop(ReadOnlySpan<byte> path)
    {
        lock (_lock)
        {
            Subtract(path);
            _dropped.Add(RawText.Decode(path));
        }
    }

    /// <summary>Returns the files completed since the last call, and the number of those dropped.</summary>
    public (FileProgress[] Files, long More) TakeFinished()
    {
        lock (_lock)
        {
            var taken = (_finished.ToArray(), _unnamed);
            _finished.Clear();
            _unnamed = 0;
            return taken;
        }
    }

    private void Subtract(ReadOnlySpan<byte> path)
    {
        if (Find(path) is { } file)
        {
            _bytes -= file.Done;
            _begun.Remove(file);
        }
    }

    private void TakePiece(scoped in TreeEntry entry)
    {
        lock (_lock)
        {
            if (_dropped.Count > 0 && _dropped.Contains(RawText.Decode(entry.Path)))
            {
                return;
            }

            if (Find(entry.Path) is not { } file)
            {
                _begun.Add(file = new FileProgress(entry.Path, entry.Size));
            }

            _bytes += entry.Span;
            file.IsChanged |= entry.Origin != PieceOrigin.There;
            if (file.Add(entry.Span))
            {
                _same += file.IsChanged ? 0 : 1;
                _begun.Remove(file);
                Finish(entry, file);
            }
        }
    }

    /// <summary>Searches linearly: there are few files, and no string is made for each block of a large one.</summary>
    private FileProgress? Find(ReadOnlySpan<byte> path)
    {
        foreach (var file in _begun)
        {
            if (file.IsCalled(path))
            {
                return file;
            }
        }

        return null;
    }

    private void TakeWhole(scoped in TreeEntry entry)
    {
        lock (_lock)
        {
            _bytes += SizeOf(entry);
            _same += entry is { Kind: EntryKind.File, Origin: PieceOrigin.There } ? 1 : 0;
            Finish(entry, null);
        }
    }

    /// <param name="entry">The last entry of the file.</param>
    /// <param name="file">Null if the file came in one piece.</param>
    private void Finish(scoped in TreeEntry entry, FileProgress? file)
    {
        _files++;
        if (Remembered == 0)
        {
            return;
        }

        if (_finished.Count < Remembered || file is not null)
        {
            _finished.Enqueue(file ?? FileProgress.Whole(entry.Path, SizeOf(entry)));
        }
        else
        {
            _unnamed++;
        }

        Remember(entry);
    }

    private static long SizeOf(scoped in TreeEntry entry) => entry.Kind == EntryKind.File ? entry.Size : 0;

    /// <summary>Avoids a string for each of a hundred thousand names that are never shown.</summary>
    private void Remember(scoped in TreeEntry entry)
    {
        if (_last.Length < entry.Path.Length)
        {
            _last = new byte[Limits.MaxPath];
        }

        entry.Path.CopyTo(_last);
        (_lastLength, _lastSize) = (entry.Path.Length, SizeOf(entry));
    }
}
