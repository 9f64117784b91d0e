using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>A root of a tree: a requested name, and its name in the copy.</summary>
/// <param name="Path">The local path, also for messages.</param>
/// <param name="Name">The name in the copy; empty for the contents of the directory instead of the directory.</param>
/// <param name="Fault">Why the name is invalid; empty if it may exist.</param>
internal readonly record struct TreeRoot(string Path, string Name, string Fault = "");

/// <summary>Expands the names of a tree: patterns, and a leading home directory.</summary>
internal static class TreeRoots
{
    /// <summary>The roots in order, without excluded ones; a name without matches stands for itself, and fails when it is opened.</summary>
    /// <exception cref="Failure">The names stand for too many roots; thrown as they are enumerated.</exception>
    public static IEnumerable<TreeRoot> Find(Resource tree)
    {
        var limit = new NameLimit();
        return tree.Names
            .SelectMany(name => Find(Paths.Join(Glob.Escape(tree.Directory), name.Length == 0 ? "." : name), limit))
            .Where(root => root.Name.Length == 0 || !Glob.AnyFits(tree.Excludes, "", root.Name));
    }

    /// <summary>The error for a path that begins with the home directory of an unknown user.</summary>
    public static string NoHome(string path) => $"{path}: no such user, or the user has no home directory";

    /// <summary>The name of a path in the copy. Empty for "." and "..", which have no name of their own: their contents are copied, as by scp.</summary>
    public static string NameOf(string path) => Paths.NameOf(path.TrimEnd('/')) is not ("." or "..") and var name ? name : "";

    private static IEnumerable<TreeRoot> Find(string pattern, NameLimit limit)
    {
        var path = Glob.Unescape(pattern);
        LinuxException? denied = null;
        return Expansion.Of(pattern, limit, e => denied ??= e) is not { } found ? [new TreeRoot(path, NameOf(path), NoHome(path))]
            : denied is not null && found is [var only] && only == path ? [new TreeRoot(path, NameOf(path), denied.Message)]
            : found.Select(one => new TreeRoot(one, NameOf(one)));
    }
}
