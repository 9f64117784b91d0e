namespace Pipe.Engine;

/// <summary>
/// The variables that ssh may send to a host. A spare server has those of the invocation that started its keeper, so they must be the same in the
/// invocation that takes it.
/// </summary>
internal static class SentVariables
{
    private static readonly string[] Names = ["LANG", "LANGUAGE", "COLORTERM", "NO_COLOR"];

    /// <summary>The variables of this process, one word each.</summary>
    public static IEnumerable<string> Here() =>
        Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(IsKnown)
            .Order(StringComparer.Ordinal)
            .Select(static name => $"{name}={Environment.GetEnvironmentVariable(name)}");

    /// <summary>Whether ssh sends only these.</summary>
    /// <param name="configuration">The output of <c>ssh -G</c>.</param>
    public static bool AreKnown(IReadOnlyList<string> configuration)
    {
        const string word = "sendenv ";
        return configuration.Count > 1
            && configuration.Where(static line => line.StartsWith(word, StringComparison.Ordinal)).All(static line => line[word.Length..].Split(' ').All(IsKnown));
    }

    private static bool IsKnown(string name) => Names.Contains(name) || name.StartsWith("LC_", StringComparison.Ordinal);
}
