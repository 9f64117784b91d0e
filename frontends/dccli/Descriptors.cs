using System.Globalization;
using System.Text.RegularExpressions;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Dccli;

/// <summary>How many copies the descriptors of this process are enough for.</summary>
internal static partial class Descriptors
{
    /// <summary>Of one copy: pipes to the remote shell, data connections, what wakes a thread.</summary>
    private const int PerCopy = 6;

    /// <summary>The source, what is read again, the runtime.</summary>
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

    /// <summary>From proc(5): after the name of a limit come the soft and the hard one.</summary>
    internal static int Copies(string limits) =>
        Line().Match(limits) is { Success: true } line && long.TryParse(line.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var most)
            ? (int)Math.Clamp((most - Others) / PerCopy, 1, int.MaxValue)
            : int.MaxValue;

    [GeneratedRegex(@"^Max open files +(\d+)", RegexOptions.Multiline)]
    private static partial Regex Line();
}
