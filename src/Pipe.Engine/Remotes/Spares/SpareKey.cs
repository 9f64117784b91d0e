using System.Globalization;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Identifies everything that must be the same in an invocation and in the one that left a spare server.</summary>
internal static class SpareKey
{
    /// <param name="remote">The remote of a kept login.</param>
    /// <param name="words">The command that starts a spare server, with program, user, host, port, options, prefix and bootstrap.</param>
    public static Digest Of(Remote remote, IReadOnlyList<string> words)
    {
        string[] all = [Version.Program, Identity("/proc/self/exe"), .. Configurations(remote).Select(Identity), .. words, .. SentVariables.Here()];
        var bytes = RawText.Encode(string.Join('\0', all));
        return new Digest(Digest.Of(DigestKind.XxHash3, bytes, 0).A, Digest.Of(DigestKind.XxHash3, bytes, 1).A, 0, 0);
    }

    public static string Name(Digest key) => key.A.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The configuration files of ssh, without those that they include.</summary>
    private static IEnumerable<string> Configurations(Remote remote) =>
        remote.SshConfig.Length > 0 ? [remote.SshConfig] : [$"{UserFolders.Home}/.ssh/config", "/etc/ssh/ssh_config"];

    /// <summary>Distinguishes a file from its other versions.</summary>
    private static string Identity(string path)
    {
        try
        {
            return FileStatus.Of(path) is { } file ? $"{path} {file.Device} {file.Inode} {file.Size} {file.ModifiedSeconds}.{file.ModifiedNanoseconds}" : path;
        }
        catch (LinuxException)
        {
            return path;
        }
    }
}
