namespace Pipe.Engine;

/// <summary>The user's directories, according to the XDG base directory specification.</summary>
internal static class UserFolders
{
    /// <summary>Null if there is none.</summary>
    public static string? Runtime => Absolute("XDG_RUNTIME_DIR");

    public static string Cache => Absolute("XDG_CACHE_HOME") ?? $"{Home}/.cache";

    public static string Configuration => Absolute("XDG_CONFIG_HOME") ?? $"{Home}/.config";

    /// <summary>This user's home directory from the environment, otherwise from the user database.</summary>
    public static string Home => Absolute("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>The specification says to ignore relative paths.</summary>
    private static string? Absolute(string variable) =>
        Environment.GetEnvironmentVariable(variable) is ['/', ..] path ? path.TrimEnd('/') : null;
}
