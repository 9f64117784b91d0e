using System.Runtime.InteropServices;

namespace Pipe.Linux;

/// <summary>
/// An open directory and operations on its members. A member name is one component; only <see cref="Beneath"/> takes a longer path, and
/// it never leaves the directory.
/// </summary>
internal sealed class Folder(Fd fd) : IDisposable
{
    private static volatile bool _hasOpenAt2 = true;

    public Fd Fd { get; } = fd;

    public string Name => Fd.Name;

    /// <summary>Opens a directory. One without read permission, such as a drop box, works too, but cannot be listed.</summary>
    public static Folder Open(string path)
    {
        try
        {
            return new(Fd.Open(path, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NonBlocking));
        }
        catch (LinuxException e) when (e.Errno == Errno.AccessDenied)
        {
            return new(Fd.Open(path, OpenFlags.PathOnly | OpenFlags.Directory));
        }
    }

    /// <summary>Opens the directory of a file, whether or not the file exists. Messages name its members as this path does.</summary>
    /// <exception cref="LinuxException">The directory cannot be opened; the message names the file.</exception>
    public static Folder Of(string path)
    {
        try
        {
            return path.Contains('/', StringComparison.Ordinal) ? Open(Paths.DirectoryOf(path)) : new Folder(Open(".").Fd.ShownAs(""));
        }
        catch (LinuxException e)
        {
            throw new LinuxException(e.Call, path, e.Errno);
        }
    }

    /// <summary>The path of a member, for messages.</summary>
    public string NameOf(string member) => Paths.Join(Name, member);

    /// <summary>Opens a directory below this one; symbolic links are followed as long as they stay inside.</summary>
    /// <param name="path">Relative to this folder.</param>
    /// <param name="follow">False refuses symbolic links.</param>
    /// <exception cref="LinuxException">The path does not exist, is not a directory, or leaves this folder through a link.</exception>
    public Folder Beneath(string path, bool follow = true) =>
        FindBeneath(path, follow) ?? throw new LinuxException("open", NameOf(path), Errno.NoEntry);

    /// <summary>The same; null if the path does not exist.</summary>
    public Folder? FindBeneath(string path, bool follow = true)
    {
        if (path.Length == 0)
        {
            return new Folder(Fd.Duplicate());
        }

        return _hasOpenAt2 && TryBeneath(path, follow, out var found) ? found : ByComponents(path);
    }

    /// <param name="name">One component.</param>
    /// <param name="flags">See <see cref="OpenFlags"/>.</param>
    /// <param name="mode">Permission bits if the call creates the file.</param>
    /// <param name="shownAs">Name for messages, if not the member's own.</param>
    public unsafe Fd OpenMember(string name, int flags, uint mode = 0, string? shownAs = null)
    {
        fixed (byte* at = Fd.PathBytes(name))
        {
            while (true)
            {
                var number = Sys.OpenAt(Fd.Number, at, flags | OpenFlags.CloseOnExec | OpenFlags.NoTerminal, mode);
                if (number >= 0)
                {
                    return new Fd(number, NameOf(shownAs ?? name));
                }

                if (Marshal.GetLastPInvokeError() != Errno.Interrupted)
                {
                    throw Last("open", shownAs ?? name);
                }
            }
        }
    }

    /// <summary>The status of a member; null if it does not exist.</summary>
    public FileStatus? Status(string name, bool follow) => FileStatus.In(Fd, name, follow);

    /// <summary>Returns false if the name is taken.</summary>
    public unsafe bool TryMake(string name, uint mode)
    {
        fixed (byte* at = Fd.PathBytes(name))
        {
            return Sys.MakeDirectoryAt(Fd.Number, at, mode) == 0 || (HasFailedWith(Errno.Exists) ? false : throw Last("mkdir", name));
        }
    }

    /// <summary>Makes a symbolic link; false if the name is taken.</summary>
    public unsafe bool TryLink(string target, string name)
    {
        fixed (byte* to = Fd.PathBytes(target), at = Fd.PathBytes(name))
        {
            return Sys.SymbolicLinkAt(to, Fd.Number, at) == 0 || (HasFailedWith(Errno.Exists) ? false : throw Last("symlink", name));
        }
    }

    /// <summary>Links a nameless file to a name; false if the name is taken.</summary>
    public unsafe bool TryLink(Fd nameless, string name)
    {
        // Through /proc: AT_EMPTY_PATH needs a privilege.
        fixed (byte* from = Fd.PathBytes(ProcessFile.PathOf(nameless.Number)), at = Fd.PathBytes(name))
        {
            return Sys.LinkAt(Sys.AtFdCwd, from, Fd.Number, at, Sys.AtSymlinkFollow) == 0
                || (HasFailedWith(Errno.Exists) ? false : throw LinuxException.Last("link", nameless.Name));
        }
    }

    /// <summary>Makes a hard link to a file; false if the name is taken.</summary>
    public unsafe bool TryHardLink(Folder of, string file, string name)
    {
        fixed (byte* from = Fd.PathBytes(file), at = Fd.PathBytes(name))
        {
            return Sys.LinkAt(of.Fd.Number, from, Fd.Number, at, 0) == 0 || (HasFailedWith(Errno.Exists) ? false : throw Last("link", name));
        }
    }

    /// <summary>Makes a fifo or device; false if the name is taken.</summary>
    /// <param name="name">One component.</param>
    /// <param name="mode">Type and permission bits.</param>
    /// <param name="number">The device number: major in the upper half.</param>
    public unsafe bool TryMakeNode(string name, uint mode, ulong number)
    {
        fixed (byte* at = Fd.PathBytes(name))
        {
            var result = Sys.Call(Sys.NumberOfMakeNodeAt, Fd.Number, at, (nint)mode, (nint)DeviceNumber((uint)(number >> 32), (uint)number));
            return result == 0 || (HasFailedWith(Errno.Exists) ? false : throw Last("mknod", name));
        }
    }

    public unsafe string ReadLink(string name)
    {
        const int longest = 4096;
        var target = stackalloc byte[longest];
        fixed (byte* at = Fd.PathBytes(name))
        {
            var length = Sys.ReadLinkAt(Fd.Number, at, target, longest);
            return length >= 0 ? Protocol.RawText.Decode(new ReadOnlySpan<byte>(target, (int)length)) : throw Last("readlink", name);
        }
    }

    /// <summary>Renames a member and replaces any member of the new name.</summary>
    public unsafe void Rename(string from, string to)
    {
        fixed (byte* old = Fd.PathBytes(from), @new = Fd.PathBytes(to))
        {
            if (Sys.RenameAt(Fd.Number, old, Fd.Number, @new) < 0)
            {
                throw Last("rename", to);
            }
        }
    }

    /// <summary>Moves a member to another directory of the same file system, replacing any member of the new name.</summary>
    public unsafe void MoveOut(string from, Folder into, string to)
    {
        fixed (byte* old = Fd.PathBytes(from), @new = Fd.PathBytes(to))
        {
            if (Sys.RenameAt(Fd.Number, old, into.Fd.Number, @new) < 0)
            {
                throw Last("rename", from);
            }
        }
    }

    /// <summary>Renames a member; false if the name is taken, or the file system does not support RENAME_NOREPLACE.</summary>
    public unsafe bool TryRename(string from, string to)
    {
        fixed (byte* old = Fd.PathBytes(from), @new = Fd.PathBytes(to))
        {
            return Sys.Call(Sys.NumberOfRenameAt2, Fd.Number, old, Fd.Number, @new, (nint)Sys.RenameNoReplace) == 0
                || (HasFailedWith(Errno.Exists) || HasFailedWith(Errno.Invalid) || HasFailedWith(Errno.NotImplemented) ? false : throw Last("rename", to));
        }
    }

    /// <summary>Removes a member; a missing one is not an error.</summary>
    public unsafe void Remove(string name, bool isDirectory = false)
    {
        fixed (byte* at = Fd.PathBytes(name))
        {
            if (Sys.UnlinkAt(Fd.Number, at, isDirectory ? Sys.AtRemoveDirectory : 0) < 0 && !HasFailedWith(Errno.NoEntry))
            {
                throw Last("unlink", name);
            }
        }
    }

    /// <summary>Like <see cref="Remove"/>, for use after another failure; false if the member could not be removed.</summary>
    public bool TryRemove(string name)
    {
        try
        {
            Remove(name);
            return true;
        }
        catch (LinuxException)
        {
            return false;
        }
    }

    /// <summary>Opens a member as a path, even a symbolic link or device, without touching its content.</summary>
    public Fd OpenNode(string name) => OpenMember(name, OpenFlags.PathOnly | OpenFlags.NoFollow);

    public void Dispose() => Fd.Dispose();

    /// <summary>For tests: emulates kernels before 5.6, which lack openat2.</summary>
    internal static void ForgetOpenAt2(bool forget) => _hasOpenAt2 = !forget;

    private static bool HasFailedWith(int errno) => Marshal.GetLastPInvokeError() == errno;

    /// <summary>Packs a device number as makedev(3) does.</summary>
    private static ulong DeviceNumber(uint major, uint minor) =>
        ((ulong)(major & 0xFFFFF000) << 32) | ((ulong)(major & 0xFFF) << 8) | ((ulong)(minor & 0xFFFFFF00) << 12) | (minor & 0xFF);

    /// <summary>False if this kernel lacks openat2.</summary>
    private unsafe bool TryBeneath(string path, bool follow, out Folder? found)
    {
        found = null;
        var how = new OpenHow
        {
            Flags = (ulong)(OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.CloseOnExec | OpenFlags.NonBlocking),
            Resolve = Sys.ResolveBeneath | Sys.ResolveNoMagicLinks | (follow ? 0 : Sys.ResolveNoSymlinks),
        };
        fixed (byte* at = Fd.PathBytes(path))
        {
            while (true)
            {
                var number = Sys.Call(Sys.NumberOfOpenAt2, Fd.Number, at, (nint)(&how), sizeof(OpenHow));
                if (number >= 0)
                {
                    found = new Folder(new Fd((int)number, NameOf(path)));
                    return true;
                }

                switch (Marshal.GetLastPInvokeError())
                {
                    case Errno.Interrupted or Errno.Again:
                        break;
                    case Errno.NoEntry:
                        return true;
                    case Errno.NotImplemented or Errno.NotPermitted:
                        _hasOpenAt2 = false;
                        return false;
                    default:
                        throw Last("open", path);
                }
            }
        }
    }

    /// <summary>The fallback without openat2, which follows no links at all.</summary>
    private Folder? ByComponents(string path)
    {
        var folder = new Folder(Fd.Duplicate());
        foreach (var name in path.Split('/'))
        {
            using var parent = folder;
            if (name == "..")
            {
                throw new LinuxException("open", NameOf(path), Errno.CrossDevice);
            }

            if (parent.Status(name, follow: false) is null)
            {
                return null;
            }

            folder = new Folder(parent.OpenMember(name, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow | OpenFlags.NonBlocking));
        }

        return folder;
    }

    private LinuxException Last(string call, string name) => LinuxException.Last(call, NameOf(name));
}
