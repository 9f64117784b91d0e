namespace Pipe.Engine;

/// <summary>Where this user's files are, by the rules of the XDG base directories.</summary>
internal static class UserFolders
{
    /// <summary>Null where there is none.</summary>
    public static string? Runtime => Absolute("XDG_RUNTIME_DIR");

    public static string Cache => Absolute("XDG_CACHE_HOME") ?? $"{Home}/.cache";

    public static string Configuration => Absolute("XDG_CONFIG_HOME") ?? $"{Home}/.config";

    /// <summary>Of this user, as the environment has it, else as the system knows it.</summary>
    public static string Home => Absolute("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>What is not absolute is to be ignored.</summary>
    private static string? Absolute(string variable) =>
        Environment.GetEnvironmentVariable(variable) is ['/', ..] path ? path.TrimEnd('/') : null;
}
