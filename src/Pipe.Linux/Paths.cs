using System.Runtime.InteropServices;

namespace Pipe.Linux;

/// <summary>Operations on paths. Paths are <see cref="Protocol.RawText"/>.</summary>
internal static class Paths
{
    public static unsafe void Rename(string from, string to)
    {
        fixed (byte* old = Fd.PathBytes(from), @new = Fd.PathBytes(to))
        {
            if (Sys.RenameAt(Sys.AtFdCwd, old, Sys.AtFdCwd, @new) < 0)
            {
                LinuxException.Throw("rename", to);
            }
        }
    }

    /// <summary>Removes a file; a missing one is not an error.</summary>
    public static unsafe void Remove(string path)
    {
        fixed (byte* at = Fd.PathBytes(path))
        {
            if (Sys.UnlinkAt(Sys.AtFdCwd, at, 0) < 0 && Marshal.GetLastPInvokeError() != Errno.NoEntry)
            {
                LinuxException.Throw("unlink", path);
            }
        }
    }

    /// <summary>Like <see cref="Remove"/>, for use after another failure, or where failing does not matter; false if the file could not be removed.</summary>
    public static bool TryRemove(string path)
    {
        try
        {
            Remove(path);
            return true;
        }
        catch (LinuxException)
        {
            return false;
        }
    }

    /// <summary>Makes the name of a file durable by syncing its directory.</summary>
    public static void KeepName(string path)
    {
        using var directory = Fd.Open(DirectoryOf(path), OpenFlags.ReadOnly | OpenFlags.Directory);
        directory.SyncDirectory();
    }

    /// <summary>The path with every symbolic link resolved; null if it does not exist.</summary>
    public static unsafe string? Resolve(string path)
    {
        const int longest = 4096;
        Fd found;
        try
        {
            found = Fd.Open(path, OpenFlags.PathOnly);
        }
        catch (LinuxException e) when (e.Errno == Errno.NoEntry)
        {
            return null;
        }

        using (found)
        {
            var target = stackalloc byte[longest];
            fixed (byte* link = Fd.PathBytes(ProcessFile.PathOf(found.Number)))
            {
                var length = Sys.ReadLink(link, target, longest);
                return length > 0 ? Protocol.RawText.Decode(new ReadOnlySpan<byte>(target, (int)length)) : throw LinuxException.Last("readlink", path);
            }
        }
    }

    /// <summary>The directory part, "." if there is none.</summary>
    public static string DirectoryOf(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 ? "." : slash == 0 ? "/" : path[..slash];
    }

    /// <summary>The directory itself, or "." for an empty name.</summary>
    public static string OrHere(string directory) => directory.Length > 0 ? directory : ".";

    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>Joins a directory and a name; an absolute name, or an empty directory, gives the name alone.</summary>
    public static string Join(string directory, string name) =>
        directory.Length == 0 || name.StartsWith('/') ? name : directory.EndsWith('/') ? directory + name : $"{directory}/{name}";

    /// <summary>The umask of this process.</summary>
    public static uint Umask()
    {
        var mask = Sys.Umask(0x3F);
        _ = Sys.Umask(mask);
        return mask;
    }
}
