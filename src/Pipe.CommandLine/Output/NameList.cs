namespace Pipe.CommandLine;

/// <summary>Lists names in a message.</summary>
internal static class NameList
{
    /// <summary>The names, separated by commas; of a longer list the first ones and the number of the others.</summary>
    public static string Of(IReadOnlyCollection<string> names, int most) =>
        string.Join(", ", names.Take(most)) + (names.Count > most ? $" and {names.Count - most} more" : "");
}
