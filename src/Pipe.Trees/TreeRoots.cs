using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>What a tree begins with: a name that was asked for, and what it is called in the copy.</summary>
/// <param name="Path">For the system, and for messages.</param>
/// <param name="Name">Empty: not this directory, but what is in it.</param>
/// <param name="Fault">Why there can be nothing of that name; empty if there may be.</param>
internal readonly record struct TreeRoot(string Path, string Name, string Fault = "");

/// <summary>Turns the names of a tree into what they stand for: patterns, and the home directory in front.</summary>
internal static class TreeRoots
{
    /// <summary>In order, without those that are to be left out; a name that nothing fits stands for itself, and fails when it is opened.</summary>
    public static IEnumerable<TreeRoot> Find(Resource tree) =>
        tree.Names
            .SelectMany(name => Find(Paths.Join(Glob.Escape(tree.Directory), name.Length == 0 ? "." : name)))
            .Where(root => root.Name.Length == 0 || !Glob.AnyFits(tree.Excludes, "", root.Name));

    /// <summary>What is said of a path that begins with the home directory of nobody.</summary>
    public static string NoHome(string path) => $"{path}: there is no such user, or he has no home directory";

    /// <summary>What a path is called in the copy. Throws <see cref="Failure"/> for one that ends in "..".</summary>
    public static string NameOf(string path)
    {
        var name = Paths.NameOf(path.TrimEnd('/'));
        return name switch
        {
            ".." => throw new Failure(ExitCode.Objects, $"{path}: ends in ..", "write the name of the directory, or .. and /. behind it"),
            "." => "",
            _ => name,
        };
    }

    private static IEnumerable<TreeRoot> Find(string pattern)
    {
        var path = Glob.Unescape(pattern);
        return Expansion.Of(pattern) is { } found ? found.Select(one => new TreeRoot(one, NameOf(one)))
            : [new TreeRoot(path, NameOf(path), NoHome(path))];
    }
}
