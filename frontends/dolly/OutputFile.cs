using System.Text.RegularExpressions;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Dolly;

/// <summary>The line <c>[compressed ]outfile PATH[ split SIZE]</c>: the file that every node writes.</summary>
/// <param name="Path">The file or device; %h stands for the name of the node.</param>
/// <param name="PieceSize">The size of the files PATH_0, PATH_1 and so on; 0 for one file.</param>
/// <param name="IsCompressed">The server compresses the data with gzip, and the nodes store them so.</param>
internal sealed partial record OutputFile(string Path, long PieceSize = 0, bool IsCompressed = false)
{
    private const string HostPlace = "%h";

    public bool IsStandardOutput => Path is "-" or "/dev/stdout";

    /// <param name="words">The rest of the line.</param>
    /// <param name="isCompressed">Whether the line begins with the word compressed.</param>
    /// <exception cref="Failure">The size is invalid.</exception>
    public static OutputFile Parse(string words, bool isCompressed)
    {
        if (Split().Match(words) is not { Success: true } split)
        {
            return new OutputFile(words, 0, isCompressed);
        }

        var size = split.Groups[2].Value;
        return ByteSize.TryParse(size, out var bytes) && bytes > 0
            ? new OutputFile(split.Groups[1].Value, bytes, isCompressed)
            : throw new Failure(ExitCode.Usage, $"outfile: split {size}: not a size", "a size is a number with k, M, G or T, in steps of 1024");
    }

    /// <summary>The path at a node.</summary>
    public string PathAt(string node) => Path.Replace(HostPlace, node, StringComparison.Ordinal);

    [GeneratedRegex(@"^(.+) split (\d+[kMGT]?)$")]
    private static partial Regex Split();
}
