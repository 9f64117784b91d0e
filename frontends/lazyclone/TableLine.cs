using System.Globalization;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Lazyclone;

/// <summary>A clone in one line: by operands, or as dmsetup has it, in sectors.</summary>
internal sealed record TableLine(string Source, string Destination)
{
    private const int Fixed = 7;

    /// <summary>Empty: the usual place.</summary>
    public string Metadata { get; init; } = "";

    /// <summary>Bytes of a region; 0: the usual.</summary>
    public long Region { get; init; }

    /// <summary>Bytes of the clone; 0: all of the source.</summary>
    public long Size { get; init; }

    public FeatureWords Arguments { get; init; }

    /// <summary><c>0 SECTORS clone METADATA DESTINATION SOURCE REGION [N FEATURE ... [N CORE ...]]</c></summary>
    /// <exception cref="Failure">It is not such a line.</exception>
    public static TableLine Parse(string line)
    {
        var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < Fixed || words[2] != "clone")
        {
            throw Invalid("not a table line of dm-clone");
        }

        if (words[0] != "0")
        {
            throw Invalid($"{words[0]}: a clone begins at sector 0");
        }

        var features = Counted(words, Fixed, "feature", 2);
        var core = Counted(words, Fixed + (features.Length > 0 || words.Length > Fixed ? features.Length + 1 : 0), "core", 4);
        if (core.Length % 2 != 0)
        {
            throw Invalid("core arguments come in pairs");
        }

        var used = Fixed + (words.Length > Fixed ? features.Length + 1 : 0);
        used += words.Length > used ? core.Length + 1 : 0;
        if (words.Length > used)
        {
            throw Invalid($"{words[used]}: one word too many");
        }

        return new TableLine(words[5], words[4])
        {
            Metadata = words[3],
            Region = Sectors(words[6]),
            Size = Sectors(words[1]),
            Arguments = FeatureWords.Parse([.. features, .. core]),
        };
    }

    private static string[] Counted(string[] words, int at, string what, int most)
    {
        if (at >= words.Length)
        {
            return [];
        }

        return int.TryParse(words[at], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= most && at + count < words.Length
            ? words[(at + 1)..(at + 1 + count)]
            : throw Invalid($"{words[at]}: not a number of {what} arguments that follow");
    }

    private static long Sectors(string word) =>
        long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var sectors) && sectors is > 0 and <= long.MaxValue / CloneGeometry.Sector
            ? sectors * CloneGeometry.Sector
            : throw Invalid($"{word}: not a number of sectors");

    private static Failure Invalid(string cause) =>
        new(ExitCode.Usage, $"--table: {cause}", "0 SECTORS clone METADATA DESTINATION SOURCE REGION [N FEATURE ... [N CORE_ARGUMENT ...]]");
}
