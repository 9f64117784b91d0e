namespace Pipe.Archives;

/// <summary>Searches for programs in PATH, then in their usual directories, because a login without a terminal often has a short PATH.</summary>
/// <param name="path">Directories separated by colons.</param>
internal sealed class ProgramSearch(string path)
{
    public static ProgramSearch Here => new(Environment.GetEnvironmentVariable("PATH") ?? "");

    /// <summary>Null if it is not found.</summary>
    public string? Find(string name, string[] alsoIn) => path.Split(':', StringSplitOptions.RemoveEmptyEntries).Concat(alsoIn)
        .Select(directory => Path.Combine(directory, name))
        .FirstOrDefault(IsProgram);

    private static bool IsProgram(string file) =>
        File.Exists(file) && (File.GetUnixFileMode(file) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
}
