using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Validates host and user names for ssh's arguments, by the rules of ssh itself. ssh inserts them into shell commands (ProxyCommand, Match exec), so names
/// with characters special to a shell are refused. A user name may have a backslash, as in DOMAIN\user, and an IPv6 address a %, before a network interface.
/// </summary>
internal static class PeerName
{
    public const string UserName = "user name";
    public const string HostName = "host name";

    private const string Refused = "'\"`$\\;&<>|(){}%";

    /// <summary>Returns the name unchanged. Throws <see cref="Failure"/> if it is refused.</summary>
    /// <param name="option">The option that the user gave it with; the subject of the message.</param>
    /// <param name="what">The term for it in the message: host name, user name, address.</param>
    public static string Checked(string option, string what, string name)
    {
        if (name.Length == 0)
        {
            throw new Failure(ExitCode.Usage, $"{option}: the {what} is empty");
        }

        if (name[0] == '-')
        {
            throw new Failure(ExitCode.Usage, $"{option}: {name}: the {what} cannot begin with '-'");
        }

        if (RawText.Encode(name).Length > Limits.MaxShortText)
        {
            throw new Failure(ExitCode.Usage, $"{option}: the {what} cannot be longer than {Limits.MaxShortText} bytes");
        }

        foreach (var c in name)
        {
            if (char.IsWhiteSpace(c) || char.IsControl(c) || (Refused.Contains(c, StringComparison.Ordinal) && !IsAllowed(what, name, c)))
            {
                throw new Failure(ExitCode.Usage, $"{option}: {name}: the {what} cannot contain {Shown(c)}");
            }
        }

        return name;
    }

    private static bool IsAllowed(string what, string name, char c) => what switch
    {
        UserName => c == '\\' && !name.EndsWith(c),
        HostName => c == '%' && name.Contains(':', StringComparison.Ordinal),
        _ => false,
    };

    private static string Shown(char c) => char.IsWhiteSpace(c) || char.IsControl(c) ? "white space or control characters" : $"{c}";
}
