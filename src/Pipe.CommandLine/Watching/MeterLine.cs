using System.Globalization;
using Pipe.Engine;
using Pipe.Protocol;
using Pipe.Trees;

namespace Pipe.CommandLine;

/// <summary>Formats lines of the progress meter in scp's style: <c>name  42%  1.2GiB  812MiB/s  00:12 ETA</c>.</summary>
internal static class MeterLine
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    private static readonly TimeSpan StallTime = TimeSpan.FromSeconds(5);

    /// <param name="name">Escaped here, and truncated if necessary.</param>
    /// <param name="bytes">Bytes done.</param>
    /// <param name="total">-1 while unknown: the line then has no percentage, and shows the elapsed time.</param>
    /// <param name="speed">The current rate.</param>
    /// <param name="elapsed">Time since the first byte.</param>
    /// <param name="columns">Width of the line. A narrow line omits the rate, then the amount, then the time.</param>
    public static string Running(string name, long bytes, long total, Speed speed, TimeSpan elapsed, int columns)
    {
        if (speed.Still >= StallTime)
        {
            return Line(name, bytes, total, Rate(speed.Rate), "- stalled -", columns);
        }

        // 100% only for what is complete: the copy may still fail.
        total = total >= 0 && total <= bytes ? bytes + 1 : total;
        return total < 0
            ? Line(name, bytes, total, Rate(speed.Rate), Clock(elapsed) + "    ", columns)
            : Line(name, bytes, total, Rate(speed.Rate), Left(total - bytes, speed.Rate) + " ETA", columns);
    }

    /// <summary>A completed copy, with its average rate.</summary>
    /// <param name="isPart">Whether members are missing: then the line has no percentage.</param>
    public static string Final(string name, long bytes, TimeSpan elapsed, int columns, bool isPart = false) =>
        Line(name, bytes, isPart ? -1 : bytes, Rate(Speed.Average(bytes, elapsed)), Clock(elapsed) + "    ", columns);

    /// <summary>A file that was copied too fast for a rate or a time.</summary>
    public static string Whole(string name, long bytes, int columns) => Line(name, bytes, bytes, "", "", columns);

    /// <summary>The files of a tree: the number done, and the total if known.</summary>
    public static string Files(long done, long all) =>
        all < 0 ? string.Create(CultureInfo.InvariantCulture, $"{done:N0} {(done == 1 ? "file" : "files")}")
        : string.Create(CultureInfo.InvariantCulture, $"{done:N0} of {Math.Max(done, all):N0} files");

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

    /// <summary>A short name for the object of a copy: the last part of a file's name, or the command.</summary>
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

    /// <summary>The first name of a tree, and the number of others.</summary>
    private static string NameOf(Resource tree)
    {
        var names = tree.Names;
        var first = Leaf(Glob.Unescape(names[0]));
        return names.Length == 1 ? first : string.Create(CultureInfo.InvariantCulture, $"{first} and {names.Length - 1} more");
    }

    /// <summary>The last part of a path.</summary>
    public static string Leaf(string path) => path[(path.TrimEnd('/').LastIndexOf('/') + 1)..];

    private static string Line(string name, long bytes, long total, string rate, string time, int columns)
    {
        const int leastName = 12;
        var percent = total < 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{Percent(bytes, total)}%");
        string[] fields = [$" {percent,4}", $" {Amount(bytes),8}", $" {rate,10}", $" {time,11}"];
        foreach (var least in new[] { 2, 1, 3 })
        {
            if (leastName + fields.Sum(field => field.Length) > columns)
            {
                fields[least] = "";
            }
        }

        var right = string.Concat(fields);
        return Columns.Fit(RawText.Printable(name), Math.Max(0, columns - right.Length)) + right[..Math.Min(right.Length, Math.Max(0, columns))];
    }

    private static string Rate(long rate) => Amount(rate) + "/s";

    private static long Percent(long bytes, long total) => bytes >= total ? 100 : Math.Min(99, (long)(100.0 * bytes / total));

    private static string Left(long bytes, long rate) => rate > 0 ? Clock(TimeSpan.FromSeconds(Math.Min(Math.Max(0, bytes) / rate, 359999))) : "--:--";

    private static string Clock(TimeSpan time)
    {
        var format = time.TotalHours >= 1 ? $"{(long)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}" : $"{time.Minutes:00}:{time.Seconds:00}";
        return format;
    }
}
