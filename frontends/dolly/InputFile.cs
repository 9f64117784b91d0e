namespace Pipe.Dolly;

/// <summary>The line <c>[compressed ]infile PATH[ split]</c>: the file that the server reads.</summary>
/// <param name="Path">The file, device or standard input.</param>
/// <param name="IsSplit">The data are in the files PATH_0, PATH_1 and so on.</param>
/// <param name="IsCompressed">The data travel as they are; each node unpacks them with gunzip.</param>
internal sealed record InputFile(string Path, bool IsSplit = false, bool IsCompressed = false)
{
    private const string Split = " split";

    public bool IsStandardInput => Path is "-" or "/dev/stdin";

    /// <summary>The warning for a compressed file with an unusual name; empty for none. The word outfile is dolly's.</summary>
    public string Warning => IsCompressed && !Path.EndsWith(".gz", StringComparison.Ordinal) ? $"WARNING: Compressed outfile '{Path}' doesn't end with '.gz'!" : "";

    /// <param name="words">The rest of the line.</param>
    /// <param name="isCompressed">Whether the line begins with the word compressed.</param>
    public static InputFile Parse(string words, bool isCompressed) => words.EndsWith(Split, StringComparison.Ordinal)
        ? new InputFile(words[..^Split.Length], IsSplit: true, isCompressed)
        : new InputFile(words, IsSplit: false, isCompressed);
}
