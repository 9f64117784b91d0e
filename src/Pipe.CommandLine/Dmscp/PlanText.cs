using System.Text;
using Pipe.Engine;

namespace Pipe.Dmscp;

/// <summary>A plan as a dmscp command line, quoted for sh, which <see cref="Parser"/> parses back into an equal plan.</summary>
internal static class PlanText
{
    public static string Print(Plan plan)
    {
        var line = new StringBuilder("dmscp");
        foreach (var word in Words(plan))
        {
            line.Append(' ').Append(ShellWords.Quote(word));
        }

        return line.ToString();
    }

    public static IEnumerable<string> Words(Plan plan)
    {
        foreach (var option in Options.All)
        {
            foreach (var argument in option.Print(plan))
            {
                yield return option.Name;
                if (option.Argument.Length > 0)
                {
                    yield return argument;
                }
            }
        }
    }
}
