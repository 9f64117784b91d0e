using System.Globalization;

namespace Pipe.Linux;

/// <summary>Descriptors inherited at start, beyond the standard streams.</summary>
internal static class InheritedFiles
{
    /// <summary>Closes them. Descriptors of our own are close-on-exec, which tells them apart.</summary>
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
