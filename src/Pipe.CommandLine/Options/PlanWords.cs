using System.Globalization;

namespace Pipe.CommandLine;

/// <summary>Arguments of an option in the command line of a plan: none for the default value.</summary>
internal static class PlanWords
{
    public static IEnumerable<string> Flag(bool isSet) => isSet ? [""] : [];

    public static IEnumerable<string> Given(string text) => text.Length > 0 ? [text] : [];

    public static IEnumerable<string> Given(int number) => number != 0 ? [number.ToString(CultureInfo.InvariantCulture)] : [];
}
