namespace Pipe.Archives;

/// <summary>Reads the answer to a state query into the states of the files that were asked for; those it has no words for are left out.</summary>
/// <param name="output">What the command printed.</param>
/// <param name="paths">What was asked for, in that order.</param>
/// <param name="states">To be filled in.</param>
internal delegate void StateParser(string output, IReadOnlyList<string> paths, Dictionary<string, MigrationState> states);

/// <summary>A command that tells the states of files, and how its answer is read.</summary>
/// <param name="Call">The command.</param>
/// <param name="Parse">Its answer.</param>
internal sealed record StateQuery(VerbCall Call, StateParser Parse)
{
    /// <summary>A second question, for files whose state it may change; null if the first tells all.</summary>
    public StateQuery? Then { get; init; }

    /// <summary>For which states <see cref="Then"/> is asked.</summary>
    public Func<MigrationState, bool> IsOpen { get; init; } = _ => false;

    /// <summary>Reads the lines that are whole: a name that is cut short may be another's.</summary>
    public void Read(string output, IReadOnlyList<string> paths, Dictionary<string, MigrationState> states) =>
        Parse(output[..(output.LastIndexOf('\n') + 1)], paths, states);

    /// <summary>One line for each file, in the order they were asked for; any other number of lines says nothing.</summary>
    public static StateParser LinePerFile(Func<string, MigrationState> read) => (output, paths, states) =>
    {
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; lines.Length == paths.Count && i < lines.Length; i++)
        {
            states[paths[i]] = read(lines[i].Trim());
        }
    };
}
