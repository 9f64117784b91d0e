namespace Pipe.Archives;

/// <summary>Parses the answer to a state query; omits files without a known state.</summary>
/// <param name="output">The output of the command.</param>
/// <param name="paths">The files queried, in order.</param>
/// <param name="states">Filled with the states.</param>
internal delegate void StateParser(string output, IReadOnlyList<string> paths, Dictionary<string, MigrationState> states);

/// <summary>A command that reports the states of files, and the parser of its answer.</summary>
/// <param name="Call">The command.</param>
/// <param name="Parse">The parser.</param>
internal sealed record StateQuery(VerbCall Call, StateParser Parse)
{
    /// <summary>A second query, for files whose state it may refine; null if the first is enough.</summary>
    public StateQuery? Then { get; init; }

    /// <summary>The states for which <see cref="Then"/> is sent.</summary>
    public Func<MigrationState, bool> IsOpen { get; init; } = _ => false;

    /// <summary>Parses the complete lines: a truncated name may equal another file's.</summary>
    public void Read(string output, IReadOnlyList<string> paths, Dictionary<string, MigrationState> states) =>
        Parse(output[..(output.LastIndexOf('\n') + 1)], paths, states);

    /// <summary>Parses one line per file, in order; any other number of lines is not an answer.</summary>
    public static StateParser LinePerFile(Func<string, MigrationState> read) => (output, paths, states) =>
    {
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; lines.Length == paths.Count && i < lines.Length; i++)
        {
            states[paths[i]] = read(lines[i].Trim());
        }
    };
}
