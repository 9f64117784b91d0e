using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>Counts the names that the patterns of a request stand for: without a limit, a short text could stand for any number.</summary>
internal sealed class NameLimit
{
    /// <summary>More than any directory that is usual, less than memory.</summary>
    public const int Most = 1_000_000;

    private int _names;

    /// <param name="pattern">The pattern, for the message.</param>
    /// <param name="names">How many more names it stands for.</param>
    /// <exception cref="Failure">There are too many.</exception>
    public void Count(string pattern, int names = 1)
    {
        if ((_names += names) > Most)
        {
            throw TooMany(pattern);
        }
    }

    public static Failure TooMany(string pattern)
    {
        const int shown = 60;
        var start = pattern.Length > shown ? $"{pattern[..shown]}..." : pattern;
        return new Failure(ExitCode.Objects, $"{RawText.Printable(start)}: stands for too many names", "name the directory that has them");
    }
}
