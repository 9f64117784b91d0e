using System.Globalization;

namespace Pipe.Engine;

/// <summary>
/// Decides which of many errors are shown: thousands of members may fail for one cause. The first few of each cause are shown one by one, each text once,
/// the others as a count. Thread-safe.
/// </summary>
internal sealed class ItemErrorSummary
{
    /// <summary>Errors of one cause that are shown.</summary>
    public const int Shown = 10;

    /// <summary>Causes that are told apart: a peer chooses the texts.</summary>
    private const int MostCauses = 100;

    private const string Others = "other errors";
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Cause> _causes = [];

    /// <summary>Counts an error; false if it is not to be shown, because it was shown before, or many have the same cause.</summary>
    /// <param name="text">A subject and a cause, after the last colon.</param>
    public bool Add(string text)
    {
        var colon = text.LastIndexOf(": ", StringComparison.Ordinal);
        var cause = colon < 0 ? text : text[(colon + 2)..];
        var counted = CountIn(text[..Math.Max(0, colon)]);
        lock (_lock)
        {
            var key = _causes.ContainsKey(cause) || _causes.Count < MostCauses ? cause : Others;
            var one = _causes.TryGetValue(key, out var known) ? known : _causes[key] = new Cause();
            one.Count += Math.Max(1, counted);
            return counted == 0 && one.Texts.Count < Shown && one.Texts.Add(text);
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
            return [.. _causes.Where(static one => one.Value.Hidden > 0).Select(static one => string.Create(CultureInfo.InvariantCulture, $"and {one.Value.Hidden} more: {one.Key}"))];
        }
    }

    private sealed class Cause
    {
        public long Count { get; set; }

        /// <summary>The errors that are shown.</summary>
        public HashSet<string> Texts { get; } = [];

        public long Hidden => Count - Texts.Count;
    }
}
