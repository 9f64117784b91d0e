using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe;

/// <summary>
/// What the .NET runtime puts into the temporary directory of each program for its debugger: two pipes and a socket. It can be told
/// not to only by an environment that we do not make, and a program that is killed leaves them behind: so they go at the start.
/// </summary>
internal static class DiagnosticPort
{
    public static void Remove()
    {
        try
        {
            var mark = $"{Environment.ProcessId}-{StartTime()}";
            foreach (var name in (string[])[$"clr-debug-pipe-{mark}-in", $"clr-debug-pipe-{mark}-out", $"dotnet-diagnostic-{mark}-socket"])
            {
                File.Delete(Path.Combine(Path.GetTempPath(), name));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // They are there for nobody but us, and nobody needs to hear of them.
        }
    }

    /// <summary>In clock ticks since the machine was started; the name of a program may contain anything, even the parenthesis behind it.</summary>
    private static string StartTime()
    {
        const int startTime = 19;
        var stat = RawText.Decode(ProcessFile.Read("stat"));
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[startTime];
    }
}
