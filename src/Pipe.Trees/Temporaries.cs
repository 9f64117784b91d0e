using System.Globalization;
using Pipe.Linux;

namespace Pipe.Trees;

/// <summary>
/// Temporary names in directories of the target, and the removal of leftovers of killed copies. A copy that creates temporaries holds a shared lock on
/// the directory, which ends with its process; a process that gets the exclusive lock knows that no copy is active there.
/// </summary>
internal sealed class Temporaries
{
    private const int SessionBytes = 6;

    /// <summary>Limits the scan, so that a small copy into a huge directory does not take long.</summary>
    private const int MostNames = 100_000;

    /// <summary>A directory lock is visible to one kernel only: hosts that share a directory each sweep the leftovers created on them.</summary>
    private static readonly string Ours = $".pipe-{Kernel()}";

    private readonly string _mine = $"{Ours}{Convert.ToHexStringLower(Entropy.Bytes(SessionBytes))}-";
    private long _count;

    /// <summary>Hosts without a kernel identity sweep each other's leftovers, which is better than not to copy at all.</summary>
    private static string Kernel()
    {
        const int digits = 16;
        try
        {
            var id = File.ReadAllText("/proc/sys/kernel/random/boot_id").Replace("-", "", StringComparison.Ordinal);
            return id.Length >= digits ? id[..digits] : new string('0', digits);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new string('0', digits);
        }
    }

    /// <summary>A unique name.</summary>
    public string Next() => string.Create(CultureInfo.InvariantCulture, $"{_mine}{Interlocked.Increment(ref _count)}");

    /// <summary>Whether the name is a temporary of a copy on this host.</summary>
    public static bool IsOne(string name)
    {
        var digits = Ours.Length + (2 * SessionBytes) + 1;
        return name.Length > digits && name.StartsWith(Ours, StringComparison.Ordinal)
            && name[digits - 1] == '-' && !name.AsSpan(digits).ContainsAnyExceptInRange('0', '9');
    }

    /// <summary>Called before anything is created in a directory, which must then stay open.</summary>
    public static void Enter(Folder folder)
    {
        // A sweep is soon over. A process that merely holds the lock keeps everyone from sweeping, so the lock is not needed then.
        for (var tries = 0; tries < 100 && !folder.Fd.TryShareLock(); tries++)
        {
            Thread.Sleep(10);
        }
    }

    /// <summary>Removes leftovers of killed copies, unless a copy is active here.</summary>
    public static void Sweep(Folder folder)
    {
        if (folder.Fd.TryLockIfSupported() is not true)
        {
            return;
        }

        try
        {
            FolderReader.Names(folder).Take(MostNames).Where(IsOne).ToList().ForEach(name => folder.Remove(name));
        }
        catch (LinuxException)
        {
            // A leftover does no harm.
        }
        finally
        {
            folder.Fd.Unlock();
        }
    }
}
