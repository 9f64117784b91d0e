using System.Globalization;

namespace Pipe.Linux;

/// <summary>Open files that the program was started with, beyond the standard streams.</summary>
internal static class InheritedFiles
{
    /// <summary>Closes them. Whatever this process has opened itself is close-on-exec, and stays.</summary>
    public static void Close()
    {
        const int firstOther = 3;
        foreach (var name in Directory.GetFiles("/proc/self/fd").Select(Path.GetFileName))
        {
            if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= firstOther && StandardStreams.IsOpen(number))
            {
                _ = Sys.Close(number);
            }
        }
    }
}
