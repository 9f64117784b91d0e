using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>Starts a keeper process, and runs in it.</summary>
internal static class KeeperStart
{
    /// <summary>Starts a keeper that outlives this process. Without one, the next invocation just logs in.</summary>
    public static void Launch(KeeperOrder order)
    {
        try
        {
            using var nothing = Fd.Open("/dev/null", OpenFlags.ReadWrite);
            using var child = Child.StartSession([Environment.ProcessPath ?? "/proc/self/exe", "dmscp", .. order.Arguments], [nothing, nothing, nothing]);
        }
        catch (LinuxException)
        {
            // The process limit is reached.
        }
    }

    /// <summary>Runs as the keeper. First drops inherited descriptors, which may hold a lock, and the working directory.</summary>
    /// <returns>False if the words are not an order.</returns>
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
