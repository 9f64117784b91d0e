using System.Globalization;
using System.Text;

namespace Pipe.CommandLine;

/// <summary>
/// The width of a text in terminal columns: combining characters take none, wide East Asian characters and emoji take two. Where
/// terminals disagree, the larger width counts: a short line is harmless, a wrapped one is not.
/// </summary>
internal static class Columns
{
    private const int VariationSelector16 = 0xFE0F; // widens the preceding character on some terminals
    private const string Cut = "...";

    /// <summary>Ranges of characters that are two columns wide, from Unicode's EastAsianWidth.</summary>
    private static readonly (int First, int Last)[] Wide =
    [
        (0x1100, 0x115F), (0x231A, 0x231B), (0x2329, 0x232A), (0x23E9, 0x23F3), (0x25FD, 0x25FE), (0x2614, 0x2615), (0x2630, 0x2637),
        (0x2648, 0x2653), (0x267F, 0x267F), (0x268A, 0x2693), (0x26A1, 0x26A1), (0x26AA, 0x26AB), (0x26BD, 0x26BE), (0x26C4, 0x26C5),
        (0x26CE, 0x26CE), (0x26D4, 0x26D4), (0x26EA, 0x26EA), (0x26F2, 0x26F5), (0x26FA, 0x26FD), (0x2705, 0x2705), (0x270A, 0x270B),
        (0x2728, 0x2728), (0x274C, 0x274E), (0x2753, 0x2757), (0x2795, 0x2797), (0x27B0, 0x27BF), (0x2B1B, 0x2B1C), (0x2B50, 0x2B55),
        (0x2E80, 0xA4CF), (0xA960, 0xA97F), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFE10, 0xFE19), (0xFE30, 0xFE6F), (0xFF01, 0xFF60),
        (0xFFE0, 0xFFE6), (0x16FE0, 0x18DFF), (0x1AFF0, 0x1B2FF), (0x1D300, 0x1D37F), (0x1F004, 0x1F004), (0x1F0CF, 0x1F0CF),
        (0x1F18E, 0x1F19A), (0x1F200, 0x1F265), (0x1F300, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F7E0, 0x1F7F0), (0x1F90C, 0x1F9FF),
        (0x1FA70, 0x1FAFF), (0x20000, 0x3FFFD),
    ];

    public static int Of(string text)
    {
        var columns = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            columns += Of(rune);
        }

        return columns;
    }

    /// <summary>Pads the text to a width, or truncates it between characters.</summary>
    public static string Fit(string text, int columns)
    {
        var taken = Of(text);
        if (taken <= columns)
        {
            return text + new string(' ', columns - taken);
        }

        var mark = Cut[..Math.Clamp(columns, 0, Cut.Length)];
        var cut = new StringBuilder();
        var left = columns - mark.Length;
        foreach (var rune in text.EnumerateRunes())
        {
            left -= Of(rune);
            if (left < 0)
            {
                left += Of(rune);
                break;
            }

            cut.Append(rune);
        }

        return cut.Append(mark).Append(' ', Math.Max(0, left)).ToString();
    }

    private static int Of(Rune rune) => rune.Value switch
    {
        < 0x300 => 1,
        VariationSelector16 => 1,
        _ when Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
        var value => Array.Exists(Wide, range => range.First <= value && value <= range.Last) ? 2 : 1,
    };
}
