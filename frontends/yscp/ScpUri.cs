using System.Globalization;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Yscp;

/// <summary>
/// The part of a URI after <c>scp://</c>: <c>[user[;parameters]@]host[:port][/path]</c>. The path is relative to the home directory, so an absolute one
/// begins with two slashes. As in OpenSSH, parameters are ignored, %XX is a byte, + is a space.
/// </summary>
internal static class ScpUri
{
    public static Operand Parse(string given, string rest)
    {
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (authority, path) = slash < 0 ? (rest, "") : (rest[..slash], rest[(slash + 1)..]);
        var at = authority.IndexOf('@', StringComparison.Ordinal);
        var (host, port) = HostAndPort(given, authority[(at + 1)..]);
        return new Operand(given, at < 0 ? "" : User(given, authority[..at]), host, port, path.Length > 0 ? Decode(given, path) : ".");
    }

    private static string User(string given, string text)
    {
        var name = Decode(given, text.Split(';')[0]);
        return name.Length > 0 ? name : throw Invalid(given);
    }

    private static (string Host, int Port) HostAndPort(string given, string text)
    {
        var end = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) + 1 : text.IndexOf(':', StringComparison.Ordinal);
        end = end < 0 ? text.Length : end;
        var host = text[..end].Trim('[', ']');
        if (host.Length == 0 || host.Contains('@', StringComparison.Ordinal))
        {
            throw Invalid(given);
        }

        host = text.StartsWith('[') ? Zone(given, host) : host.Contains('%', StringComparison.Ordinal) ? throw Invalid(given) : host;
        return end == text.Length ? (host, 0) : (host, Port(given, text[end..]));
    }

    /// <summary>RFC 6874 writes the zone of an IPv6 address after %25; a plain % is accepted, too.</summary>
    private static string Zone(string given, string address) => address.Contains("%25", StringComparison.Ordinal) ? Decode(given, address) : address;

    private static int Port(string given, string text) =>
        text[0] == ':' && int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535
            ? port
            : throw Invalid(given);

    private static string Decode(string given, string text)
    {
        var bytes = new List<byte>();
        var from = RawText.Encode(text);
        for (var i = 0; i < from.Length; i++)
        {
            var c = from[i] == '+' ? (byte)' ' : from[i];
            if (c == '%')
            {
                c = Escaped(given, from.AsSpan(i + 1));
                i += 2;
            }

            bytes.Add(c);
        }

        return RawText.Decode([.. bytes]);
    }

    private static byte Escaped(string given, ReadOnlySpan<byte> digits) =>
        digits.Length >= 2 && byte.TryParse(digits[..2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) && value != 0
            ? value
            : throw Invalid(given);

    private static Failure Invalid(string given) =>
        new(ExitCode.Usage, $"{given}: not a valid URI", "scp://[user@]host[:port][/path]; an absolute path begins with two slashes");
}
