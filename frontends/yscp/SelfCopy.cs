using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;
using Pipe.Trees;

namespace Pipe.Yscp;

/// <summary>Detects a local copy of a file onto itself, or of a directory into itself, which would never end: refused, as by cp.</summary>
internal static class SelfCopy
{
    /// <summary>The names of such sources, each with its error.</summary>
    public static List<(string Name, string Fault)> Find(Plan plan)
    {
        if (!plan.Remote.IsLocal || plan.Direction != Direction.Write || plan.TreeAction != TreeAction.Copy)
        {
            return [];
        }

        var target = plan.Remote.Host.Length > 0 ? Paths.Join(HomeFolder.Expand("~") ?? "", plan.There.Text) : plan.There.Text;
        var faults = plan.Here.Names.Select(name => (name, FaultOf(Glob.Unescape(name), target, plan.Here.Flags.HasFlag(TreeFlags.Recurse), isCp: plan.Remote.Host.Length == 0)));
        return [.. faults.Where(found => found.Item2.Length > 0)];
    }

    private static string FaultOf(string source, string target, bool recurses, bool isCp)
    {
        try
        {
            var (from, to) = (Paths.Resolve(source), Destination(source.TrimEnd('/'), target));
            var isDirectory = FileStatus.Of(source) is { IsDirectory: true };
            return from is null || to is null || (isDirectory && !recurses) ? ""
                : from == to && !isDirectory && !isCp ? "" // scp -D rewrites the file with its own contents
                : from == to ? $"{source}: would be copied onto itself"
                : isDirectory && to.StartsWith(from.TrimEnd('/') + "/", StringComparison.Ordinal) ? $"{source}: a directory cannot be copied into itself"
                : "";
        }
        catch (LinuxException)
        {
            // The error will be reported when the source is opened.
            return "";
        }
    }

    /// <summary>The real path that the source would be copied to; null if the target does not exist.</summary>
    private static string? Destination(string source, string target)
    {
        var place = Paths.Resolve(target);
        if (place is null)
        {
            var path = target.TrimEnd('/');
            return Paths.Resolve(Paths.DirectoryOf(path)) is { } above ? Paths.Join(above, Paths.NameOf(path)) : null;
        }

        var name = Paths.NameOf(source);
        return FileStatus.Of(place) is { IsDirectory: true } && name is not ("" or "." or "..") ? Paths.Join(place, name) : place;
    }
}
