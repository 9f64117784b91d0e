namespace Pipe.Engine;

/// <summary>Explains to the user how to install the program on another host.</summary>
internal static class Installing
{
    public static string Hint(Remote remote) =>
        $"{From(remote)}{OptionWord.Bootstrap} copies this program there; if it is installed there already, name its directory with {OptionWord.Prefix} 'PATH=...; export PATH'";

    private static string From(Remote remote) => remote.Launch != LaunchKind.OpenSsh ? "" : $"./quickinstall.sh {Ssh(remote)}{Login(remote)} installs it there; ";

    private static string Login(Remote remote) =>
        ShellWords.Quote(remote.User.Length > 0 ? $"{remote.User}@{remote.Host}" : remote.Host);

    /// <summary>The ssh command with the options that reach the same host.</summary>
    private static string Ssh(Remote remote)
    {
        List<string> words = ["ssh"];
        words.AddRange(remote.SshConfig.Length > 0 ? ["-F", remote.SshConfig] : []);
        words.AddRange(remote.SshPort != 0 ? ["-p", $"{remote.SshPort}"] : []);
        words.AddRange(remote.SshOptions.SelectMany(option => (string[])["-o", option]));
        return words.Count == 1 ? "" : $"--ssh {ShellWords.Quote(string.Join(' ', words))} ";
    }
}
