using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>Starts a keeper process, and runs in it.</summary>
internal static class KeeperStart
{
    /// <summary>Starts a keeper that outlives this process. Without one, the next invocation just logs in.</summary>
    public static void Launch(KeeperTerms terms)
    {
        try
        {
            using var nothing = Fd.Open("/dev/null", OpenFlags.ReadWrite);
            using var child = Child.StartSession([Environment.ProcessPath ?? "/proc/self/exe", "dmscp", .. terms.Arguments], [nothing, nothing, nothing]);
        }
        catch (LinuxException)
        {
            // The process limit is reached.
        }
    }

    /// <summary>Runs as the keeper. First drops inherited descriptors, which may hold a lock, and the working directory.</summary>
    /// <returns>False if the words are not the command line of a keeper.</returns>
    public static bool TryRun(IReadOnlyList<string> words)
    {
        if (KeeperTerms.Parse(words) is not { } terms)
        {
            return false;
        }

        InheritedFiles.Close();
        Environment.CurrentDirectory = "/";
        Keeper.Run(terms);
        return true;
    }
}
