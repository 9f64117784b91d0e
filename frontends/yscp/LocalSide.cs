using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;
using Pipe.Trees;

namespace Pipe.Yscp;

/// <summary>The local checks that scp makes before it connects to another host.</summary>
internal static class LocalSide
{
    /// <summary>Throws <see cref="Failure"/> if several sources have no directory as their target.</summary>
    public static void CheckDirectory(TransferList invocation)
    {
        if (invocation.Directory.Length > 0 && !IsDirectory(invocation.Directory, out var cause))
        {
            throw new Failure(ExitCode.Objects, $"{invocation.Directory}: {cause}");
        }
    }

    /// <summary>The local sources of a plan for another host that do not exist, or cannot be looked at, each with the cause.</summary>
    public static List<(string Name, string Cause)> Missing(Plan plan) =>
        plan.Direction == Direction.Write && plan.Here.Kind == ResourceKind.Tree && !plan.Remote.IsLocal
            ? [.. plan.Here.Names.Select(name => (name, FaultOf(Glob.Unescape(name), isLinkEnough: plan.Here.Flags.HasFlag(TreeFlags.All)))).Where(found => found.Item2.Length > 0)]
            : [];

    /// <summary>The plan without some of its local sources, and without deletion, so that their earlier copies stay. Null if no source is left.</summary>
    public static Plan? Without(Plan plan, List<string> missing)
    {
        if (missing.Count == 0)
        {
            return plan;
        }

        var left = plan.Here.Names.Except(missing).ToList();
        var flags = plan.Here.Flags & ~TreeFlags.Delete;
        return left.Count == 0 ? null : plan with
        {
            Here = Resource.Tree(plan.Here.Directory, left, flags, plan.Here.Excludes),
            There = plan.There with { Flags = flags },
        };
    }

    private static bool IsDirectory(string path, out string cause)
    {
        try
        {
            var found = FileStatus.Of(path);
            cause = found is null ? "no such file or directory" : "not a directory";
            return found is { IsDirectory: true };
        }
        catch (LinuxException e)
        {
            cause = LinuxException.Describe(e.Errno);
            return false;
        }
    }

    private static string FaultOf(string path, bool isLinkEnough)
    {
        try
        {
            return (isLinkEnough ? FileStatus.OfName(path) : FileStatus.Of(path)) is null ? LinuxException.Describe(Errno.NoEntry) : "";
        }
        catch (LinuxException e)
        {
            return LinuxException.Describe(e.Errno);
        }
    }
}
