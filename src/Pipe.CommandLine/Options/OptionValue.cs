using Pipe.Engine;
using System.Globalization;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>Parses and prints the arguments of options, the same way for all programs. Throws <see cref="Failure"/> for an invalid argument.</summary>
internal static class OptionValue
{
    /// <summary>Stands for <see cref="Remote.EndOfKeeping"/>.</summary>
    private const string EndOfKeeping = "end";

    /// <summary>The names of all digests, the default first.</summary>
    public static string[] Digests { get; } = ["xxh3", "crc32c", "sha256", "none"];

    /// <summary>An empty argument selects the default.</summary>
    public static DigestKind Digest(string option, string value) => value switch
    {
        "none" => DigestKind.None,
        "crc32c" => DigestKind.Crc32C,
        "sha256" => DigestKind.Sha256,
        "" or "xxh3" => DigestKind.XxHash3,
        _ => throw Invalid(option, $"{value}: not one of {string.Join(", ", Digests)}"),
    };

    public static string DigestName(DigestKind kind) => kind switch
    {
        DigestKind.None => "none",
        DigestKind.Crc32C => "crc32c",
        DigestKind.Sha256 => "sha256",
        _ => "xxh3",
    };

    public static string Text(string option, string value) =>
        value.Length == 0 ? throw Invalid(option, "the argument is empty") : value;

    public static string Shell(string option, string value) => ShellWords.Split(Text(option, value)).Count > 0 ? value : throw Invalid(option, "the argument is empty");

    public static bool YesOrNo(string option, string value) => value switch
    {
        "yes" => true,
        "no" => false,
        _ => throw Invalid(option, $"{value}: neither yes nor no"),
    };

    public static int Port(string option, string value) =>
        TryNumber(Text(option, value), 65535, out var port) ? port : throw Invalid(option, $"{value}: not a port (1 to 65535)");

    public static PortRange Range(string option, string value)
    {
        var ends = value.Split('-', 2);
        if (ends is ["", _] or [_, ""])
        {
            throw Invalid(option, $"{value}: not a range LOW-HIGH");
        }

        var (low, high) = (Port(option, ends[0]), Port(option, ends[^1]));
        return low <= high ? new PortRange(low, high) : throw Invalid(option, $"{value}: the low port is above the high one");
    }

    public static int Seconds(string option, string value)
    {
        const int Year = 365 * 86400;
        return TryNumber(Text(option, value), Year, out var seconds) ? seconds : throw Invalid(option, $"{value}: not a number of seconds (1 to {Year})");
    }

    /// <summary>Seconds to wait; 0: not at all.</summary>
    public static int Patience(string option, string value) => value == "0" ? 0 : Seconds(option, value);

    /// <summary>Seconds to keep a login; see <see cref="Remote.KeepSeconds"/>.</summary>
    public static int Keep(string option, string value) =>
        value == "0" ? 0
        : value == EndOfKeeping ? Remote.EndOfKeeping
        : TryNumber(LoginKeeping.SecondsOf(Text(option, value)), Remote.LongestKeep, out var seconds) ? seconds
        : throw Invalid(option, $"{value}: neither a number of seconds (0 to {Remote.LongestKeep}) nor {EndOfKeeping}");

    /// <summary>The inverse of <see cref="Keep(string, string)"/>.</summary>
    public static string Keep(Remote remote) => remote.KeepSeconds == Remote.EndOfKeeping
        ? EndOfKeeping
        : LoginKeeping.Print(remote.KeepSeconds.ToString(CultureInfo.InvariantCulture), remote.KeepsOverUsers);

    public static int Streams(string option, string value) => Number(option, value, 1, Limits.MaxLanes);

    public static int Number(string option, string value, int min, int max) =>
        int.TryParse(Text(option, value), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw Invalid(option, $"{value}: not {min} to {max}");

    public static int Count(string option, string value) =>
        TryNumber(Text(option, value), int.MaxValue, out var count) ? count : throw Invalid(option, $"{value}: not a count of 1 or more");

    public static ConnectMode Connect(string option, string value)
    {
        var mode = Array.IndexOf(ConnectModeName.All, Text(option, value));
        return mode >= 0 ? (ConnectMode)mode : throw Invalid(option, $"{value}: not one of {string.Join(", ", ConnectModeName.All)}");
    }

    /// <summary>In the order of <see cref="DataChannel"/>.</summary>
    public static string[] Channels { get; } = ["tcp", "udp", "auto"];

    public static DataChannel Channel(string option, string value)
    {
        var channel = Array.IndexOf(Channels, Text(option, value));
        return channel >= 0 ? (DataChannel)channel : throw Invalid(option, $"{value}: not one of {string.Join(", ", Channels)}");
    }

    /// <summary>fair, low, or fixed:RATE.</summary>
    public static DatagramPolicy Pacing(string option, string value)
    {
        const string prefix = "fixed:";
        return Text(option, value) switch
        {
            "fair" => DatagramPolicy.Usual,
            "low" => DatagramPolicy.Usual with { Pace = DatagramPace.Low },
            _ when value.StartsWith(prefix, StringComparison.Ordinal) =>
                DatagramPolicy.Usual with { Pace = DatagramPace.Fixed, Rate = Size(option, value[prefix.Length..], 1, long.MaxValue) },
            _ => throw Invalid(option, $"{value}: not one of fair, low, fixed:RATE", "a rate is in bytes per second, with an optional suffix k, m or g"),
        };
    }

    /// <summary>The inverse of <see cref="Pacing(string, string)"/>.</summary>
    public static string Pacing(DatagramPolicy policy) => policy.Pace switch
    {
        DatagramPace.Fixed => $"fixed:{ByteSize.Print(policy.Rate)}",
        DatagramPace.Low => "low",
        _ => "fair",
    };

    /// <summary>Bytes of a packet; 0 for auto: discovered.</summary>
    public static int Mtu(string option, string value) =>
        value == "auto" ? 0
        : TryNumber(Text(option, value), Limits.MaxMtu, out var mtu) && mtu >= Limits.MinMtu ? mtu
        : throw Invalid(option, $"{value}: neither auto nor {Limits.MinMtu} to {Limits.MaxMtu} bytes");

    public static int DatagramBuffer(string option, string value) => (int)Size(option, value, 1 << 20, Limits.MaxDatagramBuffer);

    private static bool TryNumber(string value, int max, out int number) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= 1 && number <= max;

    public static long Size(string option, string value, long min, long max)
    {
        if (!ByteSize.TryParse(Text(option, value), out var size))
        {
            throw Invalid(option, $"{value}: not a size", "a size is a number of bytes, with an optional suffix k, m, g or t");
        }

        return size >= min && size <= max
            ? size
            : throw Invalid(option, $"{value}: not between {ByteSize.Print(min)} and {ByteSize.Print(max)}");
    }

    private static Failure Invalid(string option, string cause, string hint = "") => new(ExitCode.Usage, $"{option}: {cause}", hint);
}
