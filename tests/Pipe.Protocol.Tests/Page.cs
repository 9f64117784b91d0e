using System.Text.RegularExpressions;

namespace Pipe.Protocol.Tests;

/// <summary>
/// man/pipe-protocol.7, cut up by its headings. With UPDATE_PAGE=1 in the environment, what a test expects is written into
/// the page instead of being compared with it.
/// </summary>
internal static partial class Page
{
    private static readonly bool Update = Environment.GetEnvironmentVariable("UPDATE_PAGE") == "1";

    public static string File { get; } = Repository.PathOf("man/pipe-protocol.7");

    /// <summary>Titles of the subsections of a section.</summary>
    public static IReadOnlyList<string> Subsections(string section) =>
        Part($".Sh {section}", ".Sh ").Lines.Where(line => line.StartsWith(".Ss ", StringComparison.Ordinal)).Select(line => line[4..]).ToList();

    /// <summary>The tagged items of a section or subsection: the words after .It, and the text below it on one line.</summary>
    public static IReadOnlyList<(string Tag, string Text)> Items(string title)
    {
        var items = new List<(string Tag, string Text)>();
        foreach (var line in Section(title).Lines)
        {
            if (line.StartsWith(".It ", StringComparison.Ordinal))
            {
                items.Add((line[4..], ""));
            }
            else if (line == ".El")
            {
                break;
            }
            else if (items.Count > 0)
            {
                items[^1] = (items[^1].Tag, $"{items[^1].Text} {Unescape(line)}".Trim());
            }
        }

        return items;
    }

    /// <summary>The literal displays of a section or subsection, as a reader sees them.</summary>
    public static IReadOnlyList<string> Displays(string title) =>
        Ranges(title).Select(range => string.Join('\n', System.IO.File.ReadAllLines(File)[range].Select(Unescape))).ToList();

    public static IReadOnlyList<string> Examples(string title) => Displays(title).Where(IsHex).ToList();

    /// <summary>The only table of fields in a subsection.</summary>
    public static string Table(string title) => Displays(title).First(display => !IsHex(display));

    /// <summary>The display with that number must read so.</summary>
    public static void Expect(string title, int display, string text)
    {
        if (Update)
        {
            var lines = System.IO.File.ReadAllLines(File);
            var (start, end) = (Ranges(title)[display].Start.Value, Ranges(title)[display].End.Value);
            System.IO.File.WriteAllLines(File, [.. lines[..start], .. text.Split('\n').Select(Escape), .. lines[end..]]);
            return;
        }

        var displays = Displays(title);
        Assert.True(display < displays.Count, $"{title} has {displays.Count} displays, but should also have this one:\n{text}");
        Assert.Equal(text, displays[display]);
    }

    /// <summary>The list of a section must have these items.</summary>
    public static void ExpectItems(string title, IReadOnlyList<(string Tag, string Text)> items)
    {
        if (Update)
        {
            var lines = System.IO.File.ReadAllLines(File);
            var section = Section(title);
            var start = section.Start + section.Lines.ToList().FindIndex(line => line.StartsWith(".Bl ", StringComparison.Ordinal)) + 1;
            var end = Array.IndexOf(lines, ".El", start);
            System.IO.File.WriteAllLines(File, [.. lines[..start], .. items.SelectMany(item => new[] { $".It {item.Tag}", item.Text }), .. lines[end..]]);
            return;
        }

        Assert.Equal(items, Items(title));
    }

    public static bool IsHex(string display) => Hex().IsMatch(display);

    /// <summary>Sixteen bytes on a line.</summary>
    public static string ToHex(ReadOnlySpan<byte> bytes) =>
        string.Join('\n', bytes.ToArray().Chunk(16).Select(line => string.Join(' ', line.Select(b => $"{b:x2}"))));

    public static byte[] FromHex(string text) => Convert.FromHexString(string.Concat(text.Where(c => !char.IsWhiteSpace(c))));

    private static string Unescape(string line) => line.Replace("\\&", "").Replace("\\e", "\\");

    private static string Escape(string line)
    {
        var escaped = line.Replace("\\", "\\e");
        return escaped.StartsWith('.') || escaped.StartsWith('\'') ? "\\&" + escaped : escaped;
    }

    private static List<Range> Ranges(string title)
    {
        var section = Section(title);
        var ranges = new List<Range>();
        var start = -1;
        for (var i = 0; i < section.Lines.Length; i++)
        {
            if (section.Lines[i].StartsWith(".Bd -literal", StringComparison.Ordinal))
            {
                start = section.Start + i + 1;
            }
            else if (section.Lines[i] == ".Ed")
            {
                ranges.Add(start..(section.Start + i));
            }
        }

        return ranges;
    }

    /// <summary>A subsection by its title or its first word, or a section up to its first subsection.</summary>
    private static (int Start, string[] Lines) Section(string title)
    {
        var lines = System.IO.File.ReadAllLines(File);
        var heading = lines.FirstOrDefault(line => line == $".Ss {title}" || line.StartsWith($".Ss {title} (", StringComparison.Ordinal)) ?? $".Sh {title}";
        return Part(heading, ".Sh ", ".Ss ");
    }

    private static (int Start, string[] Lines) Part(string heading, params string[] ends)
    {
        var lines = System.IO.File.ReadAllLines(File);
        var at = Array.IndexOf(lines, heading);
        Assert.True(at >= 0, $"pipe-protocol.7 has no line {heading}");
        return (at + 1, lines.Skip(at + 1).TakeWhile(line => !ends.Any(end => line.StartsWith(end, StringComparison.Ordinal))).ToArray());
    }

    [GeneratedRegex("^[0-9a-f]{2}([ \n][0-9a-f]{2})*$")]
    private static partial Regex Hex();
}
