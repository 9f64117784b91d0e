using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>
/// Pathname expansion as in a shell: patterns are matched against existing names, <c>{a,b}</c> yields both alternatives, <c>~</c> is a home directory.
/// Replaces glob(3), which counts bytes or characters depending on the locale of the login.
/// </summary>
internal static class Expansion
{
    /// <summary>
    /// The sorted matches; without any, the pattern itself without its backslashes; null if it begins with the home directory of an unknown user.
    /// </summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="limit">Counts the names.</param>
    /// <param name="denied">Called with each directory that may not be listed, so that its names are unknown.</param>
    /// <exception cref="Failure">The pattern stands for too many names.</exception>
    public static IReadOnlyList<string>? Of(string pattern, NameLimit? limit = null, Action<LinuxException>? denied = null)
    {
        limit ??= new NameLimit();
        var found = new List<string>();
        foreach (var one in Braces.Expand(pattern, limit))
        {
            if (AtHome(one) is not { } path)
            {
                return null;
            }

            found.AddRange(Matches(path, limit, denied).Order(StringComparer.Ordinal));
        }

        return found.Count > 0 ? found : [Glob.Unescape(AtHome(pattern) ?? pattern)];
    }

    /// <summary>Replaces a leading <c>~</c>. User names contain no patterns, and a home directory is taken literally.</summary>
    private static string? AtHome(string pattern)
    {
        if (!pattern.StartsWith('~'))
        {
            return pattern;
        }

        var slash = pattern.IndexOf('/', StringComparison.Ordinal);
        var home = HomeFolder.Expand(slash < 0 ? pattern : pattern[..slash]);
        return home is null ? null : Glob.Escape(home) + (slash < 0 ? "" : pattern[slash..]);
    }

    /// <summary>Matches component by component, from the left, without recursion: there may be very many components.</summary>
    private static IEnumerable<string> Matches(string pattern, NameLimit limit, Action<LinuxException>? denied)
    {
        List<string> found = [""];
        for (var at = 0; at < pattern.Length && found.Count > 0;)
        {
            var end = EndOfPart(pattern, at);
            var slashes = pattern.AsSpan(end).Length - pattern.AsSpan(end).TrimStart('/').Length;
            var part = pattern[at..end];
            var behind = pattern[end..(end + slashes)];
            List<string> longer = [];
            foreach (var path in found.SelectMany(path => Members(path, part, denied)).Select(path => path + behind).Where(path => path.Length <= Limits.MaxPath))
            {
                limit.Count(pattern, longer.Count > 0 ? 1 : 0);
                limit.Remember(pattern, path);
                longer.Add(path);
            }

            found = longer;
            at = end + slashes;
        }

        return found.Where(IsThere);
    }

    private static int EndOfPart(string pattern, int from) => pattern.IndexOf('/', from) is >= 0 and var slash ? slash : pattern.Length;

    private static IEnumerable<string> Members(string directory, string part, Action<LinuxException>? denied) => !Glob.IsPattern(part)
        ? [directory + Glob.Unescape(part)]
        : Names(directory, denied).Where(name => Glob.IsName(part, name)).Select(name => directory + name);

    /// <summary>Empty for anything that is not a readable directory.</summary>
    private static List<string> Names(string directory, Action<LinuxException>? denied)
    {
        var names = new List<string>();
        try
        {
            using var folder = Folder.Open(directory.Length == 0 ? "." : directory);
            names.AddRange(FolderReader.Names(folder));
        }
        catch (LinuxException e) when (e.Errno == Errno.AccessDenied)
        {
            denied?.Invoke(new LinuxException(e.Call, directory.TrimEnd('/') is { Length: > 0 } path ? path : directory, e.Errno));
        }
        catch (LinuxException)
        {
            // As in a shell, nothing matches there.
        }

        return names;
    }

    private static bool IsThere(string path)
    {
        try
        {
            return FileStatus.OfName(path) is not null;
        }
        catch (LinuxException)
        {
            return false;
        }
    }
}
