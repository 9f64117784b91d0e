using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Remembers for a while, in the user's cache, to which hosts no data connection could be made. A firewall that drops packets costs every copy some seconds;
/// only the first one pays them.
/// </summary>
internal static class ClosedPorts
{
    public const int Minutes = 15;

    /// <summary>Whether a recent copy with the same settings could make no data connection.</summary>
    public static bool Remember(Plan plan)
    {
        try
        {
            return IsMeant(plan) && FileStatus.OfName(PathOf(plan)) is { } file && Now() - file.ModifiedSeconds is >= 0 and < Minutes * 60;
        }
        catch (LinuxException)
        {
            return false;
        }
    }

    /// <summary>Called after a copy has fallen back to the control channel.</summary>
    public static void Add(Plan plan)
    {
        const UnixFileMode ours = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        try
        {
            if (IsMeant(plan))
            {
                var folder = Directory.CreateDirectory(Folder(), ours);
                folder.EnumerateFiles().Where(static file => file.LastWriteTimeUtc < DateTime.UtcNow.AddMinutes(-Minutes)).ToList().ForEach(static file => file.Delete());
                File.WriteAllText(PathOf(plan), "");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next copy tries again.
        }
    }

    /// <summary>Only where the user leaves the choice to the program, and a host is known by its name.</summary>
    private static bool IsMeant(Plan plan) => plan.ConnectMode == ConnectMode.Auto && !plan.Remote.IsLocal && plan.Remote.Host.Length > 0;

    private static string Folder() => $"{UserFolders.Cache}/pipe/closed-ports";

    private static string PathOf(Plan plan)
    {
        var remote = plan.Remote;
        string[] words = [remote.Host, remote.User, $"{remote.SshPort}", remote.SshConfig, remote.Shell, .. remote.SshOptions, $"{plan.Channel}", $"{plan.Ports}", plan.DataHost];
        return $"{Folder()}/{WordsDigest.Of(words)}";
    }

    private static long Now() => DateTimeOffset.UtcNow.ToUnixTimeSeconds();
}
