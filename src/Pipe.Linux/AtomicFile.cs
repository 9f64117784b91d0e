namespace Pipe.Linux;

/// <summary>
/// A new version of a file, written beside it under a temporary name, or without a name until <see cref="Commit"/>. At every moment, even after a crash,
/// the final name leads to the old file or to the complete new one.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
    private readonly bool _isKept;
    private readonly bool _isLocked = true;
    private readonly bool _ownsFolder = true;
    private readonly Lock _naming = new();
    private bool _hasName = true;
    private bool _isAbandoned;
    private Fd? _lock;

    /// <summary>Takes over a partial file of an earlier run.</summary>
    /// <param name="folder">Its directory; owned by this object from here on.</param>
    /// <param name="fd">The open file with its lock; owned by this object from here on.</param>
    /// <param name="temporary">Its present name.</param>
    /// <param name="isKept">Whether the file keeps its present name if it never gets the final one. Otherwise it is removed.</param>
    public AtomicFile(Folder folder, Fd fd, string temporary, bool isKept) => (Folder, Fd, Temporary, _isKept) = (folder, fd, temporary, isKept);

    private AtomicFile(Folder folder, Fd fd, string temporary, bool hasName, bool ownsFolder)
        : this(folder, fd, temporary, isKept: false) => (_hasName, _ownsFolder, _isLocked) = (hasName, ownsFolder, false);

    /// <summary>Its directory.</summary>
    public Folder Folder { get; }

    public Fd Fd { get; private set; }

    /// <summary>Its name until it gets the final one; that of a nameless file just before it does.</summary>
    public string Temporary { get; }

    /// <summary>Whether it has the final name.</summary>
    public bool IsInPlace { get; private set; }

    /// <param name="folder">The directory.</param>
    /// <param name="temporary">A name that is free.</param>
    /// <param name="mode">Permission bits while the file is written, before the umask.</param>
    /// <param name="access">OpenFlags.WriteOnly or ReadWrite.</param>
    /// <param name="shownAs">The path in messages; by default that of the temporary name.</param>
    /// <param name="ownsFolder">Whether the directory is closed with the file, or if that cannot be created.</param>
    /// <exception cref="LinuxException">The file cannot be created.</exception>
    public static AtomicFile Create(Folder folder, string temporary, uint mode, int access = OpenFlags.WriteOnly, string? shownAs = null, bool ownsFolder = true) =>
        Create(folder, temporary, access | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, mode, hasName: true, shownAs, ownsFolder);

    /// <summary>Like <see cref="Create(Folder, string, uint, int, string?, bool)"/>, but removes a file that has the temporary name, left by a killed process.</summary>
    public static AtomicFile CreateAnew(Folder folder, string temporary, uint mode, int access = OpenFlags.WriteOnly, string? shownAs = null)
    {
        try
        {
            folder.Remove(temporary);
        }
        catch
        {
            folder.Dispose();
            throw;
        }

        return Create(folder, temporary, mode, access, shownAs);
    }

    /// <summary>Creates a nameless file.</summary>
    /// <exception cref="LinuxException">The file cannot be created, or the file system has no nameless files.</exception>
    public static AtomicFile CreateNameless(Folder folder, string temporary, uint mode, string shownAs) =>
        Create(folder, temporary, OpenFlags.WriteOnly | OpenFlags.Nameless, mode, hasName: false, shownAs, ownsFolder: true);

    /// <summary>Makes the contents durable, then the file takes the name of the old one, durably where the file system can.</summary>
    /// <param name="name">The final name, in the same directory.</param>
    /// <exception cref="OperationCanceledException">The file was abandoned.</exception>
    /// <exception cref="LinuxException">The file does not have the name, or it may not be durable.</exception>
    public void Commit(string name)
    {
        Fd.Sync();
        Link(name);
        Close();
        Rename(name);
        KeepName();
    }

    /// <summary>
    /// Closes the complete file; an error counts, because some file systems report a full disk only now. A lock is held until the file has its final name:
    /// otherwise another copy could resume the partial file and take it away.
    /// </summary>
    /// <exception cref="LinuxException">The close failed, or another process has replaced the partial file.</exception>
    public void Close()
    {
        if (_isKept && Folder.Status(Temporary, follow: false)?.Inode != FileStatus.Of(Fd).Inode)
        {
            throw new LinuxException("rename", Fd.Name, Errno.NoEntry);
        }

        _lock = _isLocked ? Fd.Duplicate() : null;
        Fd.Close();
    }

    /// <summary>Gives a closed file that has a temporary name the final one, replacing the file that has it.</summary>
    /// <exception cref="OperationCanceledException">The file was abandoned.</exception>
    public void Rename(string name)
    {
        lock (_naming)
        {
            ThrowIfAbandoned();
            RenameInPlace(name);
        }
    }

    /// <summary>Like <see cref="Rename"/>, but never replaces a file: false if the name is taken.</summary>
    public bool TryRename(string name)
    {
        lock (_naming)
        {
            ThrowIfAbandoned();
            if (Folder.TryRename(Temporary, name))
            {
                NoteInPlace();
            }
            else if (Folder.Status(name, follow: false) is null)
            {
                // The file system only lacks RENAME_NOREPLACE.
                RenameInPlace(name);
            }

            return IsInPlace;
        }
    }

    /// <summary>Makes the name durable by syncing the directory, if it can be read and its file system can do that.</summary>
    public void KeepName() => Folder.Fd.SyncDirectory();

    /// <summary>Opens the file again under its temporary name, after a failed close.</summary>
    public void Reopen(int access) => Fd = Folder.OpenMember(Temporary, access | OpenFlags.NoFollow).ShownAs(Fd.Name);

    /// <summary>Keeps the file from ever taking the final name, and removes it unless it is kept. Any thread, any time.</summary>
    public void Abandon()
    {
        lock (_naming)
        {
            _isAbandoned = true;
            if (!_isKept)
            {
                Discard();
            }
        }
    }

    /// <summary>Removes the file unless it has its final name, even one that is kept: its contents are useless.</summary>
    public void Discard()
    {
        lock (_naming)
        {
            _hasName = _hasName && !IsInPlace && !Folder.TryRemove(Temporary);
        }
    }

    public void Dispose()
    {
        Abandon();
        _lock?.Dispose();
        Fd.Dispose();
        if (_ownsFolder)
        {
            Folder.Dispose();
        }
    }

    private static AtomicFile Create(Folder folder, string temporary, int flags, uint mode, bool hasName, string? shownAs, bool ownsFolder)
    {
        var path = shownAs ?? folder.NameOf(temporary);
        try
        {
            return new AtomicFile(folder, folder.OpenMember(hasName ? temporary : ".", flags, mode).ShownAs(path), temporary, hasName, ownsFolder);
        }
        catch (LinuxException e)
        {
            if (ownsFolder)
            {
                folder.Dispose();
            }

            throw new LinuxException(e.Call, path, e.Errno);
        }
    }

    private void Link(string name)
    {
        lock (_naming)
        {
            ThrowIfAbandoned();
            if (!_hasName)
            {
                _hasName = Folder.TryLink(Fd, Temporary) ? true : throw new LinuxException("link", Folder.NameOf(name), Errno.Exists);
            }
        }
    }

    private void RenameInPlace(string name)
    {
        Folder.Rename(Temporary, name);
        NoteInPlace();
    }

    private void NoteInPlace()
    {
        IsInPlace = true;
        _lock?.Dispose();
    }

    private void ThrowIfAbandoned()
    {
        if (_isAbandoned)
        {
            throw new OperationCanceledException($"{Fd.Name}: abandoned");
        }
    }
}
