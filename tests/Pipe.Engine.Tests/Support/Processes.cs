using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Pipe.Engine.Tests;

internal static class Processes
{
    private static readonly string Dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));

    /// <summary>The command line of this assembly, as a process of its own for tests that need one.</summary>
    public static string[] HostCommand(params string[] arguments) => [Dotnet, "exec", typeof(Processes).Assembly.Location, .. arguments];

    public static Process Start(params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true };
        return Process.Start(start)!;
    }

    /// <summary>Whether a process runs; a zombie does not.</summary>
    public static bool IsRunning(int pid)
    {
        try
        {
            var status = File.ReadAllText($"/proc/{pid}/stat");
            return status[(status.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Reads the pid that a command has written to a file.</summary>
    public static async Task<int> PidIn(string path)
    {
        var text = "";
        Assert.True(await Limit.Until(() => File.Exists(path) && (text = File.ReadAllText(path)).EndsWith('\n')), $"{path} was not written");
        return int.Parse(text, CultureInfo.InvariantCulture);
    }
}
