using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>Counts the names that the patterns of a request stand for: without a limit, a short text could stand for any number.</summary>
internal sealed class NameLimit
{
    /// <summary>More than any directory that is usual, less than memory.</summary>
    public const int Most = 1_000_000;

    /// <summary>Characters of all names: a small part of the memory that this process may use.</summary>
    private static readonly long MostCharacters = Math.Min(128L << 20, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 16);

    private int _names;
    private long _characters;

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

    /// <param name="pattern">The pattern, for the message.</param>
    /// <param name="path">A path that it stands for, in part or as a whole.</param>
    /// <exception cref="Failure">All of them are too long.</exception>
    public void Remember(string pattern, string path)
    {
        const int overhead = 32;
        if ((_characters += path.Length + overhead) > MostCharacters)
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
