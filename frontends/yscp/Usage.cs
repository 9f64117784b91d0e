using System.Text;

namespace Pipe.Yscp;

/// <summary>What yscp -h prints: the option table, group by group.</summary>
internal static class Usage
{
    private const string Synopsis = """
        usage: yscp [OPTION ...] SOURCE ... TARGET

        Copies files and trees between hosts, with the command line of scp.
        A SOURCE or TARGET is a local path, [USER@]HOST:[PATH] or
        scp://[USER@]HOST[:PORT][/PATH]. Letters may be bundled; options stand in front.
        A SIZE is in bytes, or with k, m, g or t behind it in steps of 1024.

        """;

    private const string Status = """

        The exit status is scp's: 0 if all was copied, 255 if a host could not be
        reached, 1 if anything else failed.

        """;

    private const int Column = 20;

    public static string Text()
    {
        var text = new StringBuilder(Synopsis);
        foreach (var group in Options.Groups)
        {
            text.Append('\n').Append(group).Append(":\n");
            foreach (var option in Options.All.Where(option => option.Group == group))
            {
                Append(text, option);
            }
        }

        return text.Append(Status).ToString();
    }

    private static void Append(StringBuilder text, Option option)
    {
        var names = option.Word.Length > 0 ? $"{option.Name}, {option.Word}" : option.Name;
        var left = $"  {names} {option.Argument}".TrimEnd();
        text.Append(left.PadRight(Column));
        if (left.Length >= Column)
        {
            text.Append('\n').Append(' ', Column);
        }

        text.Append(option.Help).Append('\n');
    }
}
