using System.Runtime.InteropServices;
using Pipe.Protocol;

namespace Pipe.Linux;

/// <summary>Names that stand for several: *, ?, [...], {a,b} and ~, as glob(3) has them.</summary>
internal static class Patterns
{
    /// <summary>The names that fit, sorted; the pattern itself, without its backslashes, if there are none.</summary>
    public static unsafe string[] Expand(string pattern)
    {
        const int noCheck = 1 << 4; // GLOB_NOCHECK
        GlobBuffer found;
        fixed (byte* at = Fd.PathBytes(pattern))
        {
            var result = Sys.Glob(at, noCheck | Sys.GlobBrace | Sys.GlobTilde, 0, &found);
            if (result != 0)
            {
                return [Plain(pattern)];
            }
        }

        var names = new string[found.Count];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = RawText.Decode(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(found.Paths[i]));
        }

        Sys.FreeGlob(&found);
        return names is [var only] && only == pattern ? [Plain(pattern)] : names;
    }

    /// <summary>A path with the home directory in place of ~ or ~user in front, if there is such a one.</summary>
    public static string ExpandHome(string path)
    {
        if (!path.StartsWith('~'))
        {
            return path;
        }

        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var home = Expand(slash < 0 ? path : path[..slash])[0];
        return slash < 0 ? home : home + path[slash..];
    }

    private static string Plain(string pattern)
    {
        var plain = new System.Text.StringBuilder(pattern.Length);
        for (var i = 0; i < pattern.Length; i++)
        {
            i += pattern[i] == '\\' && i + 1 < pattern.Length ? 1 : 0;
            plain.Append(pattern[i]);
        }

        return plain.ToString();
    }
}
