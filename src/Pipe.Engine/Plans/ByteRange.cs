using System.Globalization;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A byte range as users write it: <c>FROM-TO</c>, both inclusive, or <c>FROM-</c>; in bytes, or with a suffix k, m, g or t.</summary>
internal static class ByteRange
{
    public static (long Offset, long Length) Parse(string option, string text)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash > 0 && ByteSize.TryParse(text[..dash], out var from))
        {
            if (dash == text.Length - 1)
            {
                return (from, Archiving.ToTheEnd);
            }

            if (ByteSize.TryParse(text[(dash + 1)..], out var to) && to >= from && to < long.MaxValue)
            {
                return (from, to - from + 1);
            }
        }

        throw new Failure(ExitCode.Usage, $"{option}: {text}: not a range of bytes", "write 0-1023 for the first 1024, or 1024- for the rest");
    }

    public static IEnumerable<string> Print(Archiving archiving) => (archiving.Offset, archiving.Length) switch
    {
        (0, Archiving.ToTheEnd) => [],
        (var from, Archiving.ToTheEnd) => [string.Create(CultureInfo.InvariantCulture, $"{from}-")],
        var (from, length) => [string.Create(CultureInfo.InvariantCulture, $"{from}-{from + length - 1}")],
    };
}
