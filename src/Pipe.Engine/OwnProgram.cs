using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A program that another host can run: the executable of this process, or the one for other machines that is installed beside it.</summary>
/// <param name="Size">Size in bytes.</param>
/// <param name="Digest">SHA-256 in lower-case hexadecimal.</param>
internal sealed record OwnProgram(long Size, string Digest)
{
    // Valid even if the file has been replaced since the start.
    private const string Self = "/proc/self/exe";
    private const int NameDigits = 16;
    private string _path = Self;

    /// <summary>The machine type as uname reports it.</summary>
    public static string Machine => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => "Linux x86_64",
        Architecture.Arm64 => "Linux aarch64",
        var other => $"Linux {other}",
    };

    /// <summary>A name unique to this build.</summary>
    public string Name => $"{Version.Number}-{Digest[..NameDigits]}";

    /// <summary>The path of the program.</summary>
    public static string Executable => Environment.ProcessPath ?? Self;

    /// <summary>The path of the program, quoted for sh.</summary>
    public static string Word => $"'{Executable.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <exception cref="Failure">The program is not a single file, so it could not run on another host.</exception>
    public static OwnProgram Read()
    {
        if (File.Exists(Path.Combine(AppContext.BaseDirectory, "pipe.dll")))
        {
            throw new Failure(
                ExitCode.Usage,
                "this program is not the shipped single file and would not run on another host",
                $"install it with quickinstall.sh and use that one for {OptionWord.Bootstrap}");
        }

        Cryptography.Require();
        return Read(Self);
    }

    /// <summary>The program for a machine type.</summary>
    /// <exception cref="Failure">It is not installed here.</exception>
    public static OwnProgram For(string machine)
    {
        var path = PathFor(machine);
        return File.Exists(path) ? Read(path) : throw new Failure(
            ExitCode.Unreachable,
            $"that is a {machine} machine, and this program is for {Machine}",
            path.Length > 0 ? $"install a build for that machine there, or put its program at {path} here" : "install a build for that machine there");
    }

    public FileStream Open() => Open(_path);

    private static OwnProgram Read(string path)
    {
        using var file = Open(path);
        return new OwnProgram(file.Length, Convert.ToHexStringLower(SHA256.HashData(file))) { _path = path };
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);

    /// <summary>Where the program for a machine type would be; empty if there is no such type.</summary>
    private static string PathFor(string machine) => machine.Split(' ') is ["Linux", var type] && type.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_')
        ? Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "share", "pipe", "arch", type, "pipe"))
        : "";
}
