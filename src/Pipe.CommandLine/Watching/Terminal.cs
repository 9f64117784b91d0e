using System.Globalization;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>Whether and where a meter can be drawn.</summary>
internal static class Terminal
{
    private static readonly (int Rows, int Columns) Usual = (24, 80);

    public static bool IsErrorTerminal => !Console.IsErrorRedirected;

    /// <summary>Whether, by TERM, the terminal supports no cursor movement but carriage return.</summary>
    public static bool IsPlain => Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb";

    /// <summary>Rows and columns of the terminal on standard error; they may change at any time.</summary>
    public static (int Rows, int Columns) ErrorSize() => Linux.Terminal.SizeOf(2) ?? Usual;

    /// <summary>
    /// In the background, output would disturb the user's work or stop the program. From proc(5): after the name in parentheses come
    /// state, parent, process group, session, terminal, and the terminal's foreground group.
    /// </summary>
    public static bool IsForeground()
    {
        try
        {
            return IsForeground(RawText.Decode(ProcessFile.Read("stat")));
        }
        catch (LinuxException)
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
