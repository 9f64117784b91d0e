using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The directory for the sockets of kept logins: this user's alone, with a path that leaves room for a name.</summary>
internal static class SocketPlace
{
    public const int NameLength = 16;

    // A socket's path has 107 bytes at most. ssh makes it under a name that is 17 longer, as is that of a keeper's.
    private const int LongestDirectory = 107 - 1 - NameLength - 17;

    /// <exception cref="Failure">There is none.</exception>
    public static string Directory()
    {
        var reasons = new List<string>();
        foreach (var place in Candidates())
        {
            if (Fault(place) is not { } fault)
            {
                return place;
            }

            reasons.Add($"{place}: {fault}");
        }

        throw new Failure(ExitCode.Unreachable, $"no login can be kept: {string.Join("; ", reasons)}", $"{OptionWord.KeepLogin} 0 copies without keeping the login");
    }

    /// <summary>The runtime directory only exists while the user is logged in.</summary>
    private static IEnumerable<string> Candidates()
    {
        if (UserFolders.Runtime is { } runtime)
        {
            yield return $"{runtime}/pipe";
        }

        yield return $"{UserFolders.Cache}/pipe/ssh";
    }

    /// <summary>Why this directory will not do; null if it will.</summary>
    private static string? Fault(string place)
    {
        if (RawText.Encode(place).Length > LongestDirectory)
        {
            return "too long for a socket";
        }

        try
        {
            System.IO.Directory.CreateDirectory(place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            using var fd = Fd.Open(place, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow);
            var status = FileStatus.Of(fd);
            return status.Owner == Ids.EffectiveUser && (status.Permissions & 0x3F) == 0 ? null : "belongs to somebody else, or is open to others";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e is LinuxException ? e.Message : "cannot be made";
        }
    }
}
