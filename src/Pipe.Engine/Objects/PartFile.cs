using System.Diagnostics;
using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>
/// A partial copy next to its final file, under a name of its own. The copy that writes it holds its lock, which ends with the process, so that the
/// next copy can take over the file of one that was killed.
/// </summary>
internal static class PartFile
{
    private const char Prefix = '.';
    private const string Suffix = ".pipe-part";

    /// <summary>A server whose client's host died waits this long in silence, and holds its locks.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(Plan.DefaultTimeoutSeconds + 5);

    /// <summary>The name of the partial copy of a file.</summary>
    public static string Of(string name) => $"{Prefix}{name}{Suffix}";

    public static bool Is(string name) => name.Length > 1 + Suffix.Length && name.StartsWith(Prefix) && name.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>The name of the final file of a partial copy.</summary>
    public static string WholeOf(string part) => part[1..^Suffix.Length];

    /// <summary>Whether a partial copy of that name exists that no other copy is writing, waiting for one that may soon end.</summary>
    /// <param name="folder">The directory.</param>
    /// <param name="part">The name of the partial copy.</param>
    /// <param name="waiting">Called with the reason for a wait, and with an empty text after it.</param>
    public static bool IsFree(Folder folder, string part, Action<string> waiting) => AwaitFree(folder, part, waiting) is true;

    /// <summary>The same; null where the file system has no locks, so that another copy may be writing it.</summary>
    public static bool? AwaitFree(Folder folder, string part, Action<string> waiting)
    {
        if (folder.Status(part, follow: false) is not { IsRegular: true })
        {
            return false;
        }

        using var fd = folder.OpenMember(part, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking);
        // Without locks there is no way to tell whether another copy is writing it.
        var isOurs = fd.TryLockIfSupported();
        if (isOurs is not false)
        {
            return isOurs;
        }

        waiting($"{folder.NameOf(WholeOf(part))}: a copy that has not ended there is writing it");
        for (var since = Stopwatch.GetTimestamp(); isOurs is false && Stopwatch.GetElapsedTime(since) < Patience;)
        {
            Thread.Sleep(200);
            isOurs = fd.TryLockIfSupported();
        }

        waiting("");
        return isOurs;
    }

    /// <summary>
    /// Opens or creates the partial copy of that name and locks it. Null if another copy is, or may be, writing it: the file is locked, belongs to
    /// another user or has further hard links, or there are no locks. Nothing is created then.
    /// </summary>
    public static Fd? TryTake(Folder folder, string part, string? shownAs = null) => TryTake(folder, part, shownAs, out _);

    /// <summary>The same; also reports whether the file system has locks.</summary>
    public static Fd? TryTake(Folder folder, string part, string? shownAs, out bool hasLocks)
    {
        hasLocks = true;
        if (Open(folder, part, shownAs, out var isNew) is not { } fd)
        {
            return null;
        }

        using var handle = new Handle(fd);
        if (FileStatus.Of(fd) is { IsRegular: true, Links: 1 } status && status.Owner == Ids.EffectiveUser && TryLock(folder, part, fd))
        {
            handle.Keep();
            return fd;
        }

        hasLocks = fd.TryLockIfSupported() is not null;
        if (isNew && !hasLocks)
        {
            folder.TryRemove(part);
        }

        return null;
    }

    private static Fd? Open(Folder folder, string part, string? shownAs, out bool isNew)
    {
        const int flags = OpenFlags.ReadWrite | OpenFlags.NonBlocking;
        try
        {
            isNew = folder.Status(part, follow: false) is null;
            return folder.OpenMember(part, flags | OpenFlags.NoFollow | OpenFlags.Create, Permissions.Ours, shownAs);
        }
        catch (LinuxException e) when (e.Errno == Errno.AccessDenied)
        {
            isNew = false;
            return null;
        }
    }

    /// <summary>Locks an open partial copy; false if another process holds the lock, or has already completed and renamed the file.</summary>
    public static bool TryLock(Folder folder, string part, Fd fd)
    {
        if (fd.TryLockIfSupported() is not true)
        {
            return false;
        }

        var status = FileStatus.Of(fd);
        return folder.Status(part, follow: false) is { } named && (named.Device, named.Inode) == (status.Device, status.Inode);
    }
}
