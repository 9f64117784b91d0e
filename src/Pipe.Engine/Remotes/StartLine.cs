namespace Pipe.Engine;

/// <summary>The commands that start the server on the other host, under any login shell: sh, bash, csh, tcsh or fish.</summary>
internal static class StartLine
{
    // The program's default directory is not in the PATH of an ssh login. Single quotes mean the same in every shell.
    private const string ServerLine =
        "exec /bin/sh -c 'PATH=\"$PATH:$HOME/.local/bin\"; export PATH; command -v dmscp >/dev/null || exit 127; exec dmscp @OPTION@'";
    private const string ServerOption = "-server";

    /// <summary>The option for a server that answers its keeper until it is called.</summary>
    private const string SpareServer = "-spare";

    /// <summary>The line that the host runs.</summary>
    public static string Server(Access access) => Line(access, ServerOption);

    /// <summary>The line that this host runs, without a login: if a host is named it starts in the home directory, as a login there would.</summary>
    public static string Local(Remote remote) => (remote.Host.Length > 0 ? AtHome() : "") + WithPrefix(remote.Prefix, Here());

    /// <summary>The line that the host runs for a spare server.</summary>
    public static string Spare(Access access) => Line(access, SpareServer);

    private static string Line(Access access, string option) =>
        WithPrefix(access.Remote.Prefix, access.Program is { } program ? BootstrapLine.Of(program, option) : ServerLine.Replace("@OPTION@", option, StringComparison.Ordinal));

    /// <summary>A newline ends a command in every shell, whatever the prefix ends with.</summary>
    private static string WithPrefix(string prefix, string line) => prefix.Length == 0 ? line : $"{prefix}\n{line}";

    /// <summary>ssh or the built-in ssh, and its options. ssh uses the first value of each option, so the user's options come first.</summary>
    public static List<string> Ssh(Access access, bool isQuiet = false)
    {
        var remote = access.Remote;
        List<string> words = [.. remote.Launch == LaunchKind.BuiltIn ? (string[])[OwnProgram.Executable, BuiltInLauncher.Word] : ["ssh"], "-x", "-T"];
        Add("-o", isQuiet ? "BatchMode=yes" : "");
        Add("-F", remote.SshConfig);
        Add("-l", remote.User);
        Add("-p", remote.SshPort == 0 ? "" : $"{remote.SshPort}");
        foreach (var option in remote.SshOptions)
        {
            Add("-o", option);
        }

        foreach (var option in (string[])[HasTimeout(access, words) ? "" : $"ConnectTimeout={access.TimeoutSeconds}", "PermitLocalCommand=no", "ClearAllForwardings=yes", "ForwardAgent=no", "RemoteCommand=none"])
        {
            Add("-o", option);
        }

        return words;

        void Add(string flag, string value)
        {
            if (value.Length > 0)
            {
                words.Add(flag);
                words.Add(value);
            }
        }
    }

    /// <summary>Whether the user's configuration limits the time to connect. Asking ssh takes a moment, so it is asked only if a file has the option.</summary>
    private static bool HasTimeout(Access access, List<string> words) =>
        access.SshConfiguration.Has("ConnectTimeout") && int.TryParse(SshMaster.ValueOf("connecttimeout", words, access.Remote.Host), out _);

    // Starts where a login would, or not at all if the directory does not exist.
    private static string AtHome() => $"cd -- {ShellWords.Quote(UserFolders.Home)} || exit\n";

    private static string Here() =>
        $"SSH_CONNECTION='127.0.0.1 0 127.0.0.1 0'; export SSH_CONNECTION; exec {OwnProgram.Word} dmscp -server";
}
