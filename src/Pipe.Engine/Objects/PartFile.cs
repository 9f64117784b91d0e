using System.Diagnostics;
using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>
/// An unfinished copy beside the file that it will be, under a name of its own. Whoever is at work on it has its lock, which goes with
/// his process: what a copy has left that was killed is the next one's to take.
/// </summary>
internal static class PartFile
{
    private const char Prefix = '.';
    private const string Suffix = ".pipe-part";

    /// <summary>A server whose client's host died hears nothing for so long, and holds what it has.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(Plan.DefaultTimeoutSeconds + 5);

    /// <summary>What an unfinished copy of a file is called.</summary>
    public static string Of(string name) => $"{Prefix}{name}{Suffix}";

    public static bool Is(string name) => name.Length > 1 + Suffix.Length && name.StartsWith(Prefix) && name.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>The file that this is an unfinished copy of.</summary>
    public static string WholeOf(string part) => part[1..^Suffix.Length];

    /// <summary>Whether there is one of that name which nobody is at work on, or will soon not be.</summary>
    public static bool IsFree(Folder folder, string part) => AwaitFree(folder, part) is true;

    /// <summary>The same; null where there are no locks: nothing tells whether another copy is at work on it.</summary>
    public static bool? AwaitFree(Folder folder, string part)
    {
        if (folder.Status(part, follow: false) is not { IsRegular: true })
        {
            return false;
        }

        using var fd = folder.OpenMember(part, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking);
        for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < Patience; Thread.Sleep(200))
        {
            // Without locks nothing tells whether another copy is at work on it.
            if (fd.TryLockIfSupported() is not false and var isOurs)
            {
                return isOurs;
            }
        }

        return false;
    }

    /// <summary>
    /// Opens the file of that name, or makes it, and has its lock. Null if another copy is at work on it, or may be: it has made it, or
    /// has another name for it, or there are no locks. Then nothing is made.
    /// </summary>
    public static Fd? TryTake(Folder folder, string part, string? shownAs = null) => TryTake(folder, part, shownAs, out _);

    /// <summary>The same, and whether there are locks.</summary>
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

    /// <summary>Takes the lock of an open one; false if another has it, or if he was done before and it has become the whole file.</summary>
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
