using System.Globalization;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Lazyclone;

/// <summary>The description of a clone, from operands or from a dmsetup table line, which counts in sectors.</summary>
internal sealed record TableLine(string Source, string Destination)
{
    private const int Fixed = 7;

    /// <summary>Path of the metadata; empty for the default.</summary>
    public string Metadata { get; init; } = "";

    /// <summary>Size of a region in bytes; 0 for the default.</summary>
    public long Region { get; init; }

    /// <summary>Size of the clone in bytes; 0 for the size of the source.</summary>
    public long Size { get; init; }

    public FeatureWords Arguments { get; init; }

    /// <summary>Parses a table line: <c>0 SECTORS clone METADATA DESTINATION SOURCE REGION [N FEATURE ... [N CORE ...]]</c></summary>
    /// <exception cref="Failure">The line is invalid.</exception>
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
