using System.Runtime.InteropServices;
using Pipe.Protocol;

namespace Pipe.Linux;

/// <summary>Expands ~ and ~user to home directories.</summary>
internal static class HomeFolder
{
    /// <summary>Replaces a leading ~ or ~user by the home directory; null if the user does not exist.</summary>
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

    /// <summary>Asks the C library, which knows every user database. A name with wildcards is not a user.</summary>
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
