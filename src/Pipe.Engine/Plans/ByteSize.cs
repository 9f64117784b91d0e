using System.Globalization;

namespace Pipe.Engine;

/// <summary>A number of bytes as users write it: digits with an optional suffix k, m, g or t, in steps of 1024.</summary>
internal static class ByteSize
{
    private const string Units = "kmgt";

    /// <summary>False for any other text, and for a number that does not fit into 63 bits.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        if (text.Length == 0)
        {
            return false;
        }

        var power = Units.IndexOf(char.ToLowerInvariant(text[^1]), StringComparison.Ordinal) + 1;
        var digits = power > 0 ? text.AsSpan(0, text.Length - 1) : text;
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > long.MaxValue >> (10 * power))
        {
            return false;
        }

        bytes = number << (10 * power);
        return true;
    }

    /// <summary>Formats a size for display: <c>12.3 GiB</c>.</summary>
    public static string Round(long bytes)
    {
        var value = (double)bytes;
        var power = 0;
        for (; value >= 1024 && power < Units.Length; power++)
        {
            value /= 1024;
        }

        return power == 0 ? $"{bytes} bytes" : string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {char.ToUpperInvariant(Units[power - 1])}iB");
    }

    /// <summary>The shortest text that <see cref="TryParse"/> parses to the same number.</summary>
    public static string Print(long bytes)
    {
        var power = 0;
        while (power < Units.Length && bytes != 0 && (bytes & 1023) == 0)
        {
            bytes >>= 10;
            power++;
        }

        var digits = bytes.ToString(CultureInfo.InvariantCulture);
        return power == 0 ? digits : digits + Units[power - 1];
    }
}
