namespace Pipe.Linux;

/// <summary>
/// A new version of a file, written beside it under a temporary name, or without a name until <see cref="Commit"/>. At every moment, even after a crash,
/// the final name leads to the old file or to the complete new one.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
    private readonly string _temporary;
    private readonly bool _isKept;
    private readonly Lock _naming = new();
    private bool _hasName;
    private bool _isAbandoned;

    /// <param name="folder">Its directory; owned by this object from here on.</param>
    /// <param name="fd">The open file; owned by this object from here on.</param>
    /// <param name="temporary">Its present name; that of a nameless file just before it gets the final one.</param>
    /// <param name="hasName">False for a nameless file.</param>
    /// <param name="isKept">Whether the file keeps its present name if it is never committed. Otherwise it is removed.</param>
    public AtomicFile(Folder folder, Fd fd, string temporary, bool hasName, bool isKept)
    {
        (Folder, Fd, _temporary) = (folder, fd, temporary);
        (_hasName, _isKept) = (hasName, isKept);
    }

    /// <summary>Its directory.</summary>
    public Folder Folder { get; }

    public Fd Fd { get; private set; }

    /// <summary>Whether it has the final name.</summary>
    public bool IsInPlace { get; private set; }

    /// <param name="folder">The directory; owned by this object from here on.</param>
    /// <param name="temporary">A name that is free.</param>
    /// <param name="mode">Permission bits while the file is written, before the umask.</param>
    /// <param name="access">OpenFlags.WriteOnly or ReadWrite.</param>
    /// <param name="shownAs">The path in messages; by default that of the temporary name.</param>
    /// <exception cref="LinuxException">The file cannot be created.</exception>
    public static AtomicFile Create(Folder folder, string temporary, uint mode, int access = OpenFlags.WriteOnly, string? shownAs = null) =>
        Create(folder, temporary, access | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, mode, hasName: true, shownAs);

    /// <summary>Like <see cref="Create(Folder, string, uint, int, string?)"/>, but removes a file that has the temporary name, left by a killed process.</summary>
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
        Create(folder, temporary, OpenFlags.WriteOnly | OpenFlags.Nameless, mode, hasName: false, shownAs);

    /// <summary>Makes the contents durable, then the file takes the name of the old one, durably where the file system can. Any lock is held until then.</summary>
    /// <param name="name">The final name, in the same directory.</param>
    /// <exception cref="OperationCanceledException">The file was abandoned.</exception>
    /// <exception cref="LinuxException">The file does not have the name, or it may not be durable.</exception>
    public void Commit(string name)
    {
        Fd.Sync();
        Link(name);
        if (_isKept && Folder.Status(_temporary, follow: false)?.Inode != FileStatus.Of(Fd).Inode)
        {
            throw new LinuxException("rename", Folder.NameOf(_temporary), Errno.NoEntry);
        }

        using var sameLock = Fd.Duplicate();
        Fd.Close();
        Rename(name);
        KeepName();
    }

    /// <summary>Gives the file that name, replacing the file that has it. For one whose contents are durable and that has a temporary name.</summary>
    /// <exception cref="OperationCanceledException">The file was abandoned.</exception>
    public void Rename(string name)
    {
        lock (_naming)
        {
            ThrowIfAbandoned();
            Folder.Rename(_temporary, name);
            IsInPlace = true;
        }
    }

    /// <summary>Like <see cref="Rename"/>, but never replaces a file: false if the name is taken.</summary>
    public bool TryRename(string name)
    {
        lock (_naming)
        {
            ThrowIfAbandoned();
            if (!Folder.TryRename(_temporary, name))
            {
                // Perhaps the file system only lacks RENAME_NOREPLACE.
                if (Folder.Status(name, follow: false) is not null)
                {
                    return false;
                }

                Folder.Rename(_temporary, name);
            }

            return IsInPlace = true;
        }
    }

    /// <summary>Makes the name durable by syncing the directory, if it can be read and its file system can do that.</summary>
    public void KeepName() => Folder.Fd.SyncDirectory();

    /// <summary>Opens the file again under its temporary name, after a failed close.</summary>
    public void Reopen(int access) => Fd = Folder.OpenMember(_temporary, access | OpenFlags.NoFollow).ShownAs(Fd.Name);

    /// <summary>Keeps the file from ever taking the final name, and removes it unless it is kept. Any thread, any time.</summary>
    public void Abandon()
    {
        lock (_naming)
        {
            _isAbandoned = true;
            if (_hasName && !IsInPlace && !_isKept)
            {
                _hasName = !Folder.TryRemove(_temporary);
            }
        }
    }

    public void Dispose()
    {
        Abandon();
        Fd.Dispose();
        Folder.Dispose();
    }

    private static AtomicFile Create(Folder folder, string temporary, int flags, uint mode, bool hasName, string? shownAs)
    {
        var path = shownAs ?? folder.NameOf(temporary);
        try
        {
            return new AtomicFile(folder, folder.OpenMember(hasName ? temporary : ".", flags, mode).ShownAs(path), temporary, hasName, isKept: false);
        }
        catch (LinuxException e)
        {
            folder.Dispose();
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
                _hasName = Folder.TryLink(Fd, _temporary) ? true : throw new LinuxException("link", Folder.NameOf(name), Errno.Exists);
            }
        }
    }

    private void ThrowIfAbandoned()
    {
        if (_isAbandoned)
        {
            throw new OperationCanceledException($"{Folder.NameOf(_temporary)}: abandoned");
        }
    }
}
