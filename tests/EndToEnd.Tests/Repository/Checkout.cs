using System.Diagnostics;

namespace EndToEnd.Tests.Repository;

/// <summary>The checkout these tests were built from, and programs that look at it.</summary>
internal static class Checkout
{
    public static string Root { get; } = FindRoot();

    /// <summary>The directory of the program as it is shipped; <c>tests/run</c> names it.</summary>
    public static string ProgramDirectory =>
        Environment.GetEnvironmentVariable("PIPE_BIN") ?? throw new InvalidOperationException("PIPE_BIN is not set; run these tests with tests/run");

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    /// <summary>Paths below the root of the files that git tracks or would be asked to, or of all files where there is no git.</summary>
    public static IReadOnlyList<string> Files()
    {
        var listed = Directory.Exists(PathOf(".git")) ? Run("git", "-C", Root, "ls-files", "--cached", "--others", "--exclude-standard") : default;
        var files = listed.Lines is { Count: > 0 } lines
            ? lines
            : Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Root, file));
        return [.. files.Where(file => !file.StartsWith("artifacts/", StringComparison.Ordinal) && File.Exists(PathOf(file)))];
    }

    public static string Text(string relative) => File.ReadAllText(PathOf(relative));

    /// <summary>The names that the shipped program answers to.</summary>
    public static IReadOnlyList<string> ProgramNames()
    {
        var ran = Run(Path.Combine(ProgramDirectory, "pipe"), "-applets");
        Assert.Equal(0, ran.Status);
        return ran.Lines;
    }

    public static Ran Run(string program, params string[] arguments) => Run(new Dictionary<string, string?>(), program, arguments);

    /// <summary>Runs a program to its end with more environment; a null value removes a variable.</summary>
    public static Ran Run(IReadOnlyDictionary<string, string?> environment, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Ran(process.ExitCode, output, error.Result);
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Pipe.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("these tests run from a checkout");
    }
}

/// <summary>The output of a program, and how it ended.</summary>
internal readonly record struct Ran(int Status, string Output, string Error)
{
    public IReadOnlyList<string> Lines => (Output ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string All => Output + Error;
}
