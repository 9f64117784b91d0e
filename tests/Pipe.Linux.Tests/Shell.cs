using System.Diagnostics;

namespace Pipe.Linux.Tests;

/// <summary>Runs sh -c, to see what other programs think.</summary>
internal static class Shell
{
    public static (int Status, string Said) Run(string script)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script + " 2>&1"]) { RedirectStandardOutput = true })!;
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said);
    }
}
