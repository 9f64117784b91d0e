using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>The files of an arriving tree: small ones whole, large ones in pieces. Each gets its name when it is complete.</summary>
/// <param name="flags">The flags of the copy.</param>
/// <param name="trouble">Called with each attribute that a file cannot be given.</param>
/// <param name="nextTemporary">Makes a unique temporary name.</param>
/// <param name="torn">The files that changed while they were read.</param>
/// <param name="newName">The path of the file that takes the target's own name; null if everything goes into the target.</param>
internal sealed class TargetFiles(TreeFlags flags, Action<string> trouble, Func<string> nextTemporary, TornFiles torn, string? newName)
{
    /// <summary>Up to this number, files are synced one by one together with their directories; with more, the file system is synced once.</summary>
    private const int Few = 16;

    private readonly ArrivingFiles _arriving = new(flags.HasFlag(TreeFlags.Resume), nextTemporary);
    private readonly SharedInodes _sharedInodes = new();
    private readonly Permissions _permissions = new();

    /// <summary>
    /// The complete file that is to take the target's own name. It waits for the end of the copy: a second source would show that the target must be a
    /// directory, and then the existing file stays.
    /// </summary>
    private AtomicFile? _single;

    private long _files;

    /// <summary>Whether the file system must be synced for them.</summary>
    public bool AreMany => Volatile.Read(ref _files) > Few;

    private bool IsKept => (flags & (TreeFlags.All | TreeFlags.Keep)) != 0;

    /// <summary>Writes a file, or a piece of one, to that path.</summary>
    public void Take(ParentFolder parent, string path, scoped in TreeEntry entry)
    {
        if (entry.Origin == PieceOrigin.There && !flags.HasFlag(TreeFlags.Resume))
        {
            ProtocolException.Throw("tree: a piece that is there already, and everything was to be sent");
        }

        if (entry.Span == entry.Size && entry.Origin == PieceOrigin.Sent)
        {
            TakeWhole(parent, path, entry);
        }
        else if (entry.Span == entry.Size && entry.Origin == PieceOrigin.There)
        {
            TakeAsItIs(parent, path, entry);
        }
        else
        {
            TakePiece(parent, path, entry);
        }
    }

    /// <summary>Gives up a file that will not be completed.</summary>
    public void Spoil(string path) => _arriving.Spoil(path);

    /// <summary>Whether a member of that path would replace the partial copy of an arriving file.</summary>
    public bool IsPartOfOne(string path) => _arriving.HavePart(path);

    /// <summary>Throws if pieces are missing.</summary>
    public void CheckComplete() => _arriving.CheckComplete();

    /// <summary>Called at the end, if the target is a single file: gives it its name.</summary>
    public void NameSingleFile()
    {
        try
        {
            if (_single is { } file)
            {
                file.Rename(newName!);
                KeepName(file);
            }
        }
        catch (LinuxException e) when (!e.IsNoSpace)
        {
            trouble(e.Message);
        }
    }

    /// <summary>Leaves partial files to a later copy, unless <see cref="Retake"/> comes first.</summary>
    public void Yield() => _arriving.Yield();

    /// <exception cref="Failure">A later copy has taken a partial file.</exception>
    public void Retake() => _arriving.Retake();

    /// <summary>Removes incomplete files, except partial files that a later run can resume.</summary>
    public void Abort()
    {
        _arriving.Abort();
        Interlocked.Exchange(ref _single, null)?.Dispose();
    }

    private void TakeWhole(ParentFolder parent, string path, scoped in TreeEntry entry)
    {
        var (folder, name) = parent.ForChange(path);
        var isNew = folder.Status(name, follow: false) is null;
        var mode = IsKept || !isNew ? Permissions.Ours : (uint)entry.Mode & Permissions.Plain;
        var waits = path == newName;
        var file = AtomicFile.Create(waits ? folder.Beneath("") : folder, nextTemporary(), mode, shownAs: folder.NameOf(name), ownsFolder: waits);
        var isOurs = true;
        try
        {
            file.Fd.WriteAllAt(entry.Data, 0);
            if (!isNew)
            {
                Settle(file.Fd, folder, name, entry);
            }

            Dress(file.Fd, entry);
            SyncIfFew(file.Fd);
            file.Close();
            isOurs = TryGiveName(path, file, name);
        }
        finally
        {
            if (isOurs)
            {
                file.Dispose();
            }
        }
    }

    private void TakePiece(ParentFolder parent, string path, scoped in TreeEntry entry)
    {
        if (entry.Origin == PieceOrigin.There && _arriving.TryWait(parent, path, entry, out var isWhole))
        {
            if (isWhole)
            {
                TakeAsItIs(parent, path, entry);
            }

            return;
        }

        if (_arriving.Find(parent, path, entry.Size) is not { } file || !file.TryEnter())
        {
            return;
        }

        try
        {
            if (file.Write(entry))
            {
                TakeComplete(parent, path, file, entry);
            }
        }
        finally
        {
            file.Exit();
        }
    }

    private void TakeComplete(ParentFolder parent, string path, TargetFile file, scoped in TreeEntry entry)
    {
        if (file.IsAsItWas)
        {
            file.Drop();
            TakeAsItIs(parent, path, entry);
        }
        else
        {
            Complete(parent, path, file, entry);
        }

        _arriving.Remove(path);
        file.Dispose();
    }

    private void Complete(ParentFolder parent, string path, TargetFile file, scoped in TreeEntry entry)
    {
        var (into, named) = parent.Of(path);
        file.Fd.Truncate(entry.Size);
        Settle(file.Fd, into, named, entry);
        Dress(file.Fd, entry);
        SyncIfFew(file.Fd);
        file.Finish(whole => TryGiveName(path, whole, named));
    }

    /// <summary>The content is in place, or in the partial file of an earlier run: sets only the metadata.</summary>
    private void TakeAsItIs(ParentFolder parent, string path, scoped in TreeEntry entry)
    {
        var (folder, name) = parent.Of(path);
        if (folder.Status(PartFile.Of(name), follow: false) is { IsRegular: true } part && part.Size == entry.Size)
        {
            TakePiece(parent, path, entry);
            return;
        }

        using var fd = folder.OpenMember(name, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking);
        if (!IsKept || !_sharedInodes.IsSecond(FileStatus.Of(fd), path))
        {
            Dress(fd, entry);
            return;
        }

        using var own = SharedInodes.Separate(parent.ForChange(path).Folder, name, nextTemporary(), fd, entry.Size, isForSameUsers: !flags.HasFlag(TreeFlags.All));
        Dress(own.Fd, entry);
        SyncIfFew(own.Fd);
        own.Close();
        own.Rename(name);
        KeepName(own);
    }

    /// <summary>Passes on the permissions of the replaced file, unless all metadata of the source are kept; -p then changes the permission bits.</summary>
    private void Settle(Fd fd, Folder folder, string name, scoped in TreeEntry entry)
    {
        if (!flags.HasFlag(TreeFlags.All))
        {
            _permissions.Settle(fd, folder, name, (uint)entry.Mode);
        }
    }

    private void Dress(Fd fd, scoped in TreeEntry entry)
    {
        if (IsKept)
        {
            Metadata.Of(entry).Put(fd, flags, trouble);
        }
    }

    /// <summary>Gives a complete file its name, or removes it if it is torn. False if it waits for the end of the copy, and is owned here from then on.</summary>
    private bool TryGiveName(string path, AtomicFile file, string name)
    {
        if (torn.TryDrop(path, file, name))
        {
            return true;
        }

        if (path == newName)
        {
            return Interlocked.CompareExchange(ref _single, file, null) is not null
                ? throw new Failure(ExitCode.Objects, $"{file.Folder.NameOf(name)}: not a directory", "several files need a directory to go into")
                : false;
        }

        if (!file.TryRename(name))
        {
            Spelling.Check(file.Folder, name, file.Temporary);
            file.Rename(name);
        }

        KeepName(file);
        return true;
    }

    private void KeepName(AtomicFile file)
    {
        if (!AreMany)
        {
            file.KeepName();
        }
    }

    private void SyncIfFew(Fd fd)
    {
        if (Interlocked.Increment(ref _files) <= Few)
        {
            fd.Sync();
        }
    }
}
