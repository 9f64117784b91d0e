using System.Globalization;
using System.Text.RegularExpressions;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>Calculates the number of concurrent copies that the descriptor limit allows.</summary>
internal static partial class Descriptors
{
    /// <summary>Descriptors for each copy: pipes to the remote shell and from its standard error, data connections, and wake-up descriptors.</summary>
    private const int PerCopy = 7;

    /// <summary>Descriptors for everything else: the source, files that are read again, the runtime.</summary>
    private const int Others = 64;

    public static int Copies()
    {
        try
        {
            return Copies(RawText.Decode(ProcessFile.Read("limits")));
        }
        catch (LinuxException)
        {
            return int.MaxValue;
        }
    }

    /// <summary>Parses /proc/self/limits, see proc(5): the name of a limit, then its soft and hard values.</summary>
    internal static int Copies(string limits) =>
        Line().Match(limits) is { Success: true } line && long.TryParse(line.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var most)
            ? (int)Math.Clamp((most - Others) / PerCopy, 1, int.MaxValue)
            : int.MaxValue;

    [GeneratedRegex(@"^Max open files +(\d+)", RegexOptions.Multiline)]
    private static partial Regex Line();
}
