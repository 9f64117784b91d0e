using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Host and user names that may go into the arguments of ssh. They end up in shell commands that ssh builds
/// (ProxyCommand, Match exec), so nothing that a shell or ssh's own % tokens could act on gets through.
/// </summary>
internal static class PeerName
{
    private const string Refused = "'\"`$\\;&<>|(){}%";

    /// <summary>The name, unchanged. Throws <see cref="Failure"/> for one that is refused.</summary>
    /// <param name="option">What the user gave it with; the subject of the message.</param>
    /// <param name="what">What the message calls it: host name, user name, address.</param>
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
            if (char.IsWhiteSpace(c) || char.IsControl(c) || Refused.Contains(c, StringComparison.Ordinal))
            {
                throw new Failure(ExitCode.Usage, $"{option}: {name}: the {what} cannot contain {Shown(c)}");
            }
        }

        return name;
    }

    private static string Shown(char c) => char.IsWhiteSpace(c) || char.IsControl(c) ? "white space or control characters" : $"{c}";
}
