using System.Globalization;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Dolly;

/// <summary>The line <c>add N:SUFFIX:...</c> or <c>add2 N:SUFFIX:...</c>: the other interfaces of each node.</summary>
/// <param name="Count">The number of extra links; 0 moves the only link to the first suffix.</param>
/// <param name="Suffixes">One for each extra link; with a count of 0, exactly one.</param>
/// <param name="IsBeforeNumber">For add2: the suffix goes before the first digit of the name.</param>
internal sealed record ExtraLinks(int Count, IReadOnlyList<string> Suffixes, bool IsBeforeNumber)
{
    private const int Most = 7;
    private const int LongestSuffix = 31;

    /// <param name="words">The rest of the line, without the keyword.</param>
    /// <param name="isBeforeNumber">Whether the keyword is add2.</param>
    /// <exception cref="Failure">The line is invalid.</exception>
    public static ExtraLinks Parse(string words, bool isBeforeNumber)
    {
        var parts = words.Split(':');
        if (!int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > Most)
        {
            throw Error($"{parts[0]}: not a number of links (0 to {Most})");
        }

        var suffixes = parts[1..];
        if (suffixes.Length != Math.Max(1, count))
        {
            throw Error($"{suffixes.Length} suffixes for {count} extra links");
        }

        return Array.Find(suffixes, static suffix => suffix.Length is 0 or > LongestSuffix) is { } wrong
            ? throw Error($"'{wrong}': a suffix has 1 to {LongestSuffix} characters")
            : new ExtraLinks(count, suffixes, isBeforeNumber);
    }

    /// <summary>The names of a node's interfaces, one for each link.</summary>
    public IReadOnlyList<string> NamesOf(string host) =>
        Count == 0 ? [Joined(host, Suffixes[0])] : [host, .. Suffixes.Select(suffix => Joined(host, suffix))];

    private string Joined(string host, string suffix)
    {
        var digit = IsBeforeNumber ? host.AsSpan().IndexOfAnyInRange('0', '9') : -1;
        return digit < 0 ? host + suffix : host[..digit] + suffix + host[digit..];
    }

    private static Failure Error(string cause) => new(ExitCode.Usage, $"Error in add line: {cause}", "add 2:-giga:-myri stands for the interfaces NAME-giga and NAME-myri");
}
