using System.Text;

namespace Pipe;

/// <summary>What dmscp -h prints: the option table, group by group.</summary>
internal static class Usage
{
    private const string Synopsis = """
        usage: dmscp -r|-w -s HOST [-d DIR] -f FILE|-R COMMAND [-l FILE|-L COMMAND]
                     [OPTION ...]
               dmscp -r|-w -tree -s HOST [-d DIR] -f FILE ... -l FILE ... [OPTION ...]
               dmscp -server

        Copies between a remote file or command and a local file, command or pipe,
        and trees of files.
        Options come in any order, the last occurrence wins.
        A SIZE is in bytes, or with k, m, g or t behind it in steps of 1024.

        """;

    private const string Status = """

        The exit status is 0 only if all bytes arrived, were checked and are where they
        belong. dmscp(1) lists the others.

        """;

    private const int Column = 20;

    public static string Text()
    {
        var text = new StringBuilder(Synopsis);
        foreach (var group in Options.Groups)
        {
            text.Append('\n').Append(group).Append(":\n");
            foreach (var option in Options.All)
            {
                if (option.Group == group)
                {
                    Append(text, option);
                }
            }
        }

        return text.Append(Status).ToString();
    }

    private static void Append(StringBuilder text, Option option)
    {
        var left = $"  {option.Name} {option.Argument}".TrimEnd();
        text.Append(left.PadRight(Column));
        if (left.Length >= Column)
        {
            text.Append('\n').Append(' ', Column);
        }

        text.Append(option.Help).Append('\n');
    }
}
