using System.Globalization;

namespace Pipe.Engine;

/// <summary>
/// Decides which of many errors are shown: thousands of members may fail for one cause. The first few of each cause are shown one by one, the others as a
/// count. Thread-safe.
/// </summary>
internal sealed class TroubleSummary
{
    /// <summary>Errors of one cause that are shown.</summary>
    public const int Shown = 10;

    /// <summary>Causes that are told apart: a peer chooses the texts.</summary>
    private const int MostCauses = 100;

    private const string Others = "other errors";
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _counts = [];

    /// <summary>Counts an error; false if it is not to be shown, because many have the same cause.</summary>
    /// <param name="text">A subject and a cause, after the last colon.</param>
    public bool Add(string text)
    {
        var colon = text.LastIndexOf(": ", StringComparison.Ordinal);
        var cause = colon < 0 ? text : text[(colon + 2)..];
        var counted = CountIn(text[..Math.Max(0, colon)]);
        lock (_lock)
        {
            var key = _counts.ContainsKey(cause) || _counts.Count < MostCauses ? cause : Others;
            var count = _counts[key] = _counts.GetValueOrDefault(key) + Math.Max(1, counted);
            return counted == 0 && count <= Shown;
        }
    }

    /// <summary>The number in a line of the other side's <see cref="Rest"/>; 0 for any other text.</summary>
    private static long CountIn(string subject)
    {
        var words = subject[(subject.LastIndexOf(": ", StringComparison.Ordinal) is >= 0 and var colon ? colon + 2 : 0)..].Split(' ');
        return words is ["and", var number, "more"] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;
    }

    /// <summary>A line for each cause with errors that were not shown.</summary>
    public IReadOnlyList<string> Rest()
    {
        lock (_lock)
        {
            return [.. _counts.Where(static one => one.Value > Shown).Select(static one => string.Create(CultureInfo.InvariantCulture, $"and {one.Value - Shown} more: {one.Key}"))];
        }
    }
}
