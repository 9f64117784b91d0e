using System.Runtime.InteropServices;
using Pipe.Protocol;

namespace Pipe.Linux;

/// <summary>The home directories that ~ and ~user stand for.</summary>
internal static class HomeFolder
{
    /// <summary>A path with the home directory in place of ~ or ~user in front; null if there is no such user.</summary>
    public static string? Expand(string path)
    {
        if (!path.StartsWith('~'))
        {
            return path;
        }

        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var home = Find(slash < 0 ? path : path[..slash]);
        return home is null || slash < 0 ? home : home + path[slash..];
    }

    /// <summary>The C library knows where users are listed. A pattern is no name of a user.</summary>
    private static unsafe string? Find(string tilde)
    {
        GlobBuffer found;
        fixed (byte* at = Fd.PathBytes(tilde.Replace("\\", "\\\\", StringComparison.Ordinal)))
        {
            if (tilde.AsSpan().ContainsAny('*', '?', '[') || Sys.Glob(at, Sys.GlobTildeCheck, 0, &found) != 0)
            {
                return null;
            }
        }

        var home = RawText.Decode(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(found.Paths[0]));
        Sys.FreeGlob(&found);
        return home;
    }
}
