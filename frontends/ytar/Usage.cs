using System.Text;

namespace Pipe.Ytar;

/// <summary>What ytar -h prints: the option table, group by group.</summary>
internal static class Usage
{
    private const string Synopsis = """
        usage: ytar [OPTION ...] DIR [USER@]HOST:TARGET
               ytar [OPTION ...] [USER@]HOST:DIR TARGET

        Copies a tree as a tar stream. TARGET becomes what DIR is: it is unpacked
        beside it and takes its name when all of it is right. A TARGET that ends in a
        slash is the directory to put it in. Words take one dash or two.

        """;

    private const string Status = """

        The exit status is 0 only if all of the tree arrived and is in its place, and 1
        if it is but some files changed while they were read. ytar(1) lists the others.

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
        var left = $"  {option.Name} {option.Argument}".TrimEnd();
        text.Append(left.PadRight(Column));
        if (left.Length >= Column)
        {
            text.Append('\n').Append(' ', Column);
        }

        text.Append(option.Help).Append('\n');
    }
}
