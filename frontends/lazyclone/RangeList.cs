using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Lazyclone;

/// <summary>A file of byte ranges, one a line. Empty lines and lines that begin with # are comments.</summary>
internal static class RangeList
{
    /// <summary>Returns the ranges as they are written.</summary>
    /// <exception cref="Failure">The file cannot be read, or a line is not a range.</exception>
    public static List<string> Read(string path)
    {
        var ranges = new List<string>();
        foreach (var line in TextInput.Lines(path, ExitCode.Objects))
        {
            _ = ByteRange.Parse($"--file: {path}", line);
            ranges.Add(line);
        }

        return ranges;
    }
}
