using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The executable of this process, if another host can run it too.</summary>
/// <param name="Size">Size in bytes.</param>
/// <param name="Digest">SHA-256 in lower-case hexadecimal.</param>
internal sealed record OwnProgram(long Size, string Digest)
{
    // Valid even if the file has been replaced since the start.
    private const string Self = "/proc/self/exe";
    private const int NameDigits = 16;

    /// <summary>The machine type as uname reports it.</summary>
    public static string Machine => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => "Linux x86_64",
        Architecture.Arm64 => "Linux aarch64",
        var other => $"Linux {other}",
    };

    /// <summary>A name unique to this build.</summary>
    public string Name => $"{Version.Number}-{Digest[..NameDigits]}";

    /// <summary>The path of the program, quoted for sh.</summary>
    public static string Word => $"'{(Environment.ProcessPath ?? Self).Replace("'", "'\\''", StringComparison.Ordinal)}'";

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
        using var file = Open();
        return new OwnProgram(file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
    }

    public static FileStream Open() => new(Self, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
}
