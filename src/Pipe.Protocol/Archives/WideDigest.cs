using System.Globalization;

namespace Pipe.Protocol;

/// <summary>
/// XXH128 of a stream. Two numbers, because ReadyToRun does not precompile methods that pass a <see cref="UInt128"/> by value.
/// </summary>
internal readonly record struct WideDigest(ulong High, ulong Low)
{
    private const int HalfDigits = 16;

    /// <summary>Parses 32 hexadecimal digits, the format of <see cref="ToString"/>.</summary>
    public static bool TryParse(string text, out WideDigest digest)
    {
        digest = default;
        if (text.Length != 2 * HalfDigits || !TryParse(text.AsSpan(0, HalfDigits), out var high) || !TryParse(text.AsSpan(HalfDigits), out var low))
        {
            return false;
        }

        digest = new WideDigest(high, low);
        return true;
    }

    public override string ToString() => $"{High:x16}{Low:x16}";

    private static bool TryParse(ReadOnlySpan<char> text, out ulong half) =>
        ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out half);
}
