using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>Starts a keeper, and the keeper's own first steps.</summary>
internal static class KeeperStart
{
    /// <summary>Leaves a keeper running that outlives this process. Without one, the next call just logs in.</summary>
    public static void Launch(KeeperOrder order)
    {
        try
        {
            using var nothing = Fd.Open("/dev/null", OpenFlags.ReadWrite);
            using var child = Child.StartSession([Environment.ProcessPath ?? "/proc/self/exe", "dmscp", .. order.Arguments], [nothing, nothing, nothing]);
        }
        catch (LinuxException)
        {
            // No room for one more process.
        }
    }

    /// <summary>Is the keeper. What its starter was handed by others, a lock for one, is not for it to hold, nor is a directory.</summary>
    /// <returns>False if these words are no order.</returns>
    public static bool TryRun(IReadOnlyList<string> words)
    {
        if (KeeperOrder.Parse(words) is not { } order)
        {
            return false;
        }

        InheritedFiles.Close();
        Environment.CurrentDirectory = "/";
        Keeper.Run(order);
        return true;
    }
}
