using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The directory for the sockets of kept logins: private to this user, with a path short enough for a socket.</summary>
internal static class SocketPlace
{
    public const int NameLength = 16;

    /// <summary>The fault of a directory that is not private.</summary>
    public const string NotPrivate = "belongs to another user, or is accessible to others";

    // A socket path has at most 107 bytes. ssh binds it under a temporary name that is 17 bytes longer; a keeper's socket needs as many.
    private const int LongestDirectory = 107 - 1 - NameLength - 17;

    /// <exception cref="Failure">There is no usable directory.</exception>
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

    /// <summary>Whether no other user has access to a directory.</summary>
    /// <exception cref="LinuxException">It cannot be opened, or is not a directory.</exception>
    public static bool IsPrivate(string directory)
    {
        using var fd = Fd.Open(directory, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow);
        var status = FileStatus.Of(fd);
        return status.Owner == Ids.EffectiveUser && (status.Permissions & 0x3F) == 0;
    }

    /// <summary>The runtime directory exists only while the user is logged in.</summary>
    private static IEnumerable<string> Candidates()
    {
        if (UserFolders.Runtime is { } runtime)
        {
            yield return $"{runtime}/pipe";
        }

        yield return $"{UserFolders.Cache}/pipe/ssh";
    }

    /// <summary>Why this directory cannot be used; null if it can.</summary>
    private static string? Fault(string place)
    {
        if (RawText.Encode(place).Length > LongestDirectory)
        {
            return "too long for a socket";
        }

        try
        {
            System.IO.Directory.CreateDirectory(place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return IsPrivate(place) ? null : NotPrivate;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return LinuxException.Describe(e);
        }
    }
}
