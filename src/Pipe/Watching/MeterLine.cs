using System.Globalization;
using System.Text;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe;

/// <summary>The words of the progress meter, as scp writes them: <c>name  42%  1.2GiB  812MiB/s  00:12 ETA</c>.</summary>
internal static class MeterLine
{
    public const int Width = 79;

    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    private static readonly TimeSpan StallTime = TimeSpan.FromSeconds(5);

    /// <param name="total">-1 while it is unknown; then there is no percentage, and the time is that gone by.</param>
    /// <param name="files">How many of all; stands behind the name and is never cut. Empty if there is but one.</param>
    public static string Running(string name, long bytes, long total, Speed speed, TimeSpan elapsed, string files = "")
    {
        if (speed.Still >= StallTime)
        {
            return Line(name, files, bytes, total, speed.Rate, "- stalled -");
        }

        return total < 0
            ? Line(name, files, bytes, total, speed.Rate, Clock(elapsed) + "    ")
            : Line(name, files, bytes, total, speed.Rate, Left(total - bytes, speed.Rate) + " ETA");
    }

    public static string Final(string name, long bytes, long total, TimeSpan elapsed, string files = "") =>
        Line(name, files, bytes, total, Speed.Average(bytes, elapsed), Clock(elapsed) + "    ");

    /// <summary>The files of a tree: those that are done, and those that were found.</summary>
    public static string Files(Tally tally) =>
        tally.FilesFound > 1 ? string.Create(CultureInfo.InvariantCulture, $"{Math.Min(tally.Files, tally.FilesFound)}/{tally.FilesFound}") : "";

    /// <summary>Three digits and a unit: 812MiB, 42.5GiB, 1.2TiB.</summary>
    public static string Amount(long bytes)
    {
        double value = bytes;
        var unit = 0;
        while (value >= 999.5 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        var format = unit == 0 || value >= 99.95 ? "0" : "0.0";
        return value.ToString(format, CultureInfo.InvariantCulture) + Units[unit];
    }

    /// <summary>What a person would call the object: the last part of a file's name, or the command.</summary>
    public static string NameOf(Plan plan)
    {
        if (plan.There.Kind == ResourceKind.Tree)
        {
            return NameOf(plan.Direction == Direction.Read ? plan.There : plan.Here);
        }

        var shown = plan.There.Kind is ResourceKind.File or ResourceKind.Command ? plan.There : plan.Here;
        return shown.Kind switch
        {
            ResourceKind.File => Leaf(shown.Text),
            ResourceKind.Command => Command.TitleOf(shown.Text),
            _ => plan.Remote.Name,
        };
    }

    /// <summary>The first one of a tree, and how many more.</summary>
    private static string NameOf(Resource tree)
    {
        var names = tree.Names;
        var first = Leaf(Glob.Unescape(names[0]));
        return names.Length == 1 ? first : string.Create(CultureInfo.InvariantCulture, $"{first} and {names.Length - 1} more");
    }

    private static string Leaf(string path) => path[(path.TrimEnd('/').LastIndexOf('/') + 1)..];

    private static string Line(string name, string files, long bytes, long total, long rate, string time)
    {
        var percent = total < 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{Percent(bytes, total)}%");
        var right = $"{(files.Length > 0 ? " " : "")}{files} {percent,4} {Amount(bytes),8} {Amount(rate) + "/s",10} {time,11}";
        return Fit(RawText.Printable(name), Width - right.Length) + right;
    }

    private static long Percent(long bytes, long total) => bytes >= total ? 100 : (long)(100.0 * bytes / total);

    private static string Left(long bytes, long rate) => rate > 0 ? Clock(TimeSpan.FromSeconds(Math.Min(Math.Max(0, bytes) / rate, 359999))) : "--:--";

    private static string Clock(TimeSpan time)
    {
        var format = time.TotalHours >= 1 ? $"{(long)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}" : $"{time.Minutes:00}:{time.Seconds:00}";
        return format;
    }

    /// <summary>Padded, or cut where no character is halved.</summary>
    private static string Fit(string name, int width)
    {
        if (name.Length <= width)
        {
            return name.PadRight(width);
        }

        var cut = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
        {
            if (cut.Length + rune.Utf16SequenceLength > width - 3)
            {
                break;
            }

            cut.Append(rune);
        }

        return cut.Append("...").ToString().PadRight(width);
    }
}
