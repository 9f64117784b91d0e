using System.Diagnostics;
using Pipe.Protocol;

namespace Frontends.Tests;

/// <summary>The result of a shell script. Script and output are RawText.</summary>
internal sealed record Shell(int Status, string Output, string Error)
{
    /// <summary>The built program, to be run as <c>pipe NAME</c>.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "pipe");

    public static Shell Run(string script, string directory, string shell = "/bin/bash")
    {
        var file = Path.GetTempFileName();
        File.WriteAllBytes(file, RawText.Encode(script));
        var start = new ProcessStartInfo(shell, [file])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = directory,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        File.Delete(file);
        return new Shell(process.ExitCode, RawText.Decode(output.ToArray()), error.Result);
    }
}
