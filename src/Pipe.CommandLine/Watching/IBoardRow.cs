namespace Pipe.CommandLine;

/// <summary>A copy as a <see cref="Board"/> shows it.</summary>
internal interface IBoardRow
{
    string Name { get; }

    /// <summary>The state in one word.</summary>
    string State { get; }

    BoardRank Rank { get; }

    long Bytes { get; }

    /// <summary>The size; -1 while unknown.</summary>
    long Total { get; }

    /// <summary>Bytes per second.</summary>
    long Rate { get; }

    /// <summary>The last column: the reason for a wait, for example.</summary>
    string Detail { get; }

    /// <summary>Whether a login that needs the terminal may be under way.</summary>
    bool MayPrompt { get; }

    /// <summary>Called once a second, on one thread.</summary>
    void Sample(TimeSpan now);
}
