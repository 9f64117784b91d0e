using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The very file that this process runs, as far as another host can run it too.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Digest">SHA-256, in lower case.</param>
internal sealed record OwnProgram(long Size, string Digest)
{
    // Also there when the file has been replaced since we started.
    private const string Self = "/proc/self/exe";
    private const int NameDigits = 16;

    /// <summary>As uname says it.</summary>
    public static string Machine => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => "Linux x86_64",
        Architecture.Arm64 => "Linux aarch64",
        var other => $"Linux {other}",
    };

    /// <summary>What tells this build from all others.</summary>
    public string Name => $"{Version.Number}-{Digest[..NameDigits]}";

    /// <summary>Its path for sh, in quotes.</summary>
    public static string Word => $"'{(Environment.ProcessPath ?? Self).Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <exception cref="Failure">It is not one file, so one file of it would not run anywhere else.</exception>
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
