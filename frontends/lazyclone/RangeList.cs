using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Lazyclone;

/// <summary>A file of byte ranges, one a line. Empty lines and lines that begin with # are comments.</summary>
internal static class RangeList
{
    private const string StandardInput = "-";

    /// <summary>Returns the ranges as they are written.</summary>
    /// <exception cref="Failure">The file cannot be read, or a line is not a range.</exception>
    public static List<string> Read(string path)
    {
        var ranges = new List<string>();
        foreach (var line in Lines(path).Select(static line => line.Trim()).Where(static line => line.Length > 0 && line[0] != '#'))
        {
            _ = ByteRange.Parse($"--file: {path}", line);
            ranges.Add(line);
        }

        return ranges;
    }

    private static string[] Lines(string path)
    {
        try
        {
            using var fd = path == StandardInput ? new Fd(0, "standard input").Duplicate() : Fd.Open(path, OpenFlags.ReadOnly);
            using var bytes = new MemoryStream();
            var piece = new byte[64 * 1024];
            for (var count = fd.Read(piece); count > 0; count = fd.Read(piece))
            {
                bytes.Write(piece, 0, count);
            }

            return RawText.Decode(bytes.ToArray()).Split('\n');
        }
        catch (IOException e)
        {
            throw Failure.Of(e);
        }
    }
}
