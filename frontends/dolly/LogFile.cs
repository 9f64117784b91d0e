using Pipe.CommandLine;
using Pipe.Linux;

namespace Pipe.Dolly;

/// <summary>The file of -o.</summary>
/// <param name="path">The path; empty if the option is not given.</param>
/// <param name="messages">Takes the warning if it cannot be written.</param>
internal sealed class LogFile(string path, Messages messages)
{
    /// <summary>Appends the statistics; with -v in the long form.</summary>
    public void Append(StatisticsLog statistics, int children)
    {
        if (path.Length == 0)
        {
            return;
        }

        try
        {
            File.AppendAllText(path, messages.Shows(1) ? statistics.Verbose(children) : statistics.Brief());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            messages.Warning($"{path}: {LinuxException.Describe(e)}");
        }
    }
}
