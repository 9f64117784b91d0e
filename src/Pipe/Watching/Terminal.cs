using System.Globalization;

namespace Pipe;

/// <summary>Whether a meter may be drawn.</summary>
internal static class Terminal
{
    public static bool IsErrorTerminal => !Console.IsErrorRedirected;

    /// <summary>
    /// In the background, output would spill over what the user is doing, or stop the program. From proc(5): after the
    /// name in parentheses come state, parent, process group, session, terminal, and the terminal's foreground group.
    /// </summary>
    public static bool IsForeground()
    {
        try
        {
            return IsForeground(File.ReadAllText("/proc/self/stat"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public static bool IsForeground(string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 5 && int.Parse(fields[2], CultureInfo.InvariantCulture) == int.Parse(fields[5], CultureInfo.InvariantCulture);
    }
}
