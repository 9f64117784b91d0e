using System.Globalization;
using Pipe.Linux;

namespace Pipe.Trees;

/// <summary>
/// Names for what is made in a directory of the target before it takes its place there, and the end of what killed copies have left
/// under such names. Whoever makes something shares the lock of the directory, which goes with his process; who has that lock alone
/// knows that nobody is at work there.
/// </summary>
internal sealed class Temporaries
{
    private const int SessionBytes = 6;

    /// <summary>Nobody wants to wait long for a small copy into a huge directory.</summary>
    private const int MostNames = 100_000;

    /// <summary>The lock of a directory is known to one kernel only: where several hosts share a directory, each sweeps what was made on it.</summary>
    private static readonly string Ours = $".pipe-{Kernel()}";

    private readonly string _mine = $"{Ours}{Convert.ToHexStringLower(Entropy.Bytes(SessionBytes))}-";
    private long _count;

    /// <summary>What a host without a name for its kernel leaves is swept by hosts without one: better than to copy nothing.</summary>
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

    /// <summary>A name that nothing else has.</summary>
    public string Next() => string.Create(CultureInfo.InvariantCulture, $"{_mine}{Interlocked.Increment(ref _count)}");

    /// <summary>Whether a copy on this host has, or had, that name for something.</summary>
    public static bool IsOne(string name)
    {
        var digits = Ours.Length + (2 * SessionBytes) + 1;
        return name.Length > digits && name.StartsWith(Ours, StringComparison.Ordinal)
            && name[digits - 1] == '-' && !name.AsSpan(digits).ContainsAnyExceptInRange('0', '9');
    }

    /// <summary>To be called before anything is made in a directory, and as long as it is open.</summary>
    public static void Enter(Folder folder)
    {
        // Who sweeps is soon done. Somebody who just has the lock keeps everybody from sweeping: then it can be done without.
        for (var tries = 0; tries < 100 && !folder.Fd.TryShareLock(); tries++)
        {
            Thread.Sleep(10);
        }
    }

    /// <summary>Removes what killed copies have left, unless somebody is at work here.</summary>
    public static void Sweep(Folder folder)
    {
        if (folder.Fd.TryLockIfSupported() is not true)
        {
            return;
        }

        try
        {
            Left(folder).ForEach(name => folder.Remove(name));
        }
        catch (LinuxException)
        {
            // It does no harm.
        }
        finally
        {
            folder.Fd.Unlock();
        }
    }

    private static List<string> Left(Folder folder)
    {
        var left = new List<string>();
        using var reader = new FolderReader(folder);
        for (var names = 0; names < MostNames && reader.TryNext(out var name, out _); names++)
        {
            if (IsOne(name))
            {
                left.Add(name);
            }
        }

        return left;
    }
}
