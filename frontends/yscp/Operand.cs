using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Yscp;

/// <summary>A source or target of the command line: a local path, or a host and a path there.</summary>
/// <param name="Given">The word itself, for messages.</param>
/// <param name="Host">Empty for a local path.</param>
/// <param name="Port">0 if none was given.</param>
/// <param name="Path">Never empty for a host: the home directory there is ".".</param>
internal readonly record struct Operand(string Given, string User, string Host, int Port, string Path)
{
    private const string Scheme = "scp://";

    public bool IsRemote { get; private init; }

    /// <summary>Throws <see cref="Failure"/> for an invalid URI.</summary>
    public static Operand Parse(string word)
    {
        if (word.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return ScpUri.Parse(word, word[Scheme.Length..]) with { IsRemote = true };
        }

        var colon = Colon(word);
        return colon < 0 ? new Operand(word, "", "", 0, word) : Remote(word, word[..colon], 0, word[(colon + 1)..]);
    }

    public static Operand Remote(string given, string login, int port, string path)
    {
        var at = login.LastIndexOf('@');
        return new Operand(given, at < 0 ? "" : login[..at], Bare(login[(at + 1)..]), port, path.Length > 0 ? path : ".") { IsRemote = true };
    }

    /// <summary>Whether both use the same login; paths may differ.</summary>
    public bool IsNeighbour(Operand other) =>
        IsRemote == other.IsRemote && Host == other.Host && User == other.User && Port == other.Port;

    public string CheckedHost() => Checked(PeerName.HostName, Host);

    public string CheckedUser() => User.Length == 0 ? "" : Checked(PeerName.UserName, User);

    /// <summary>scp leaves these checks to ssh and exits with ssh's status, so a failure has the same status here.</summary>
    private string Checked(string what, string name)
    {
        try
        {
            return PeerName.Checked(Given, what, name);
        }
        catch (Failure e)
        {
            throw new Failure(ExitCode.Unreachable, e.Message, "write a local name with a colon as ./NAME");
        }
    }

    /// <summary>The index of the colon after the host: the first colon, unless it comes after a slash or in brackets; -1 for a local path.</summary>
    private static int Colon(string word)
    {
        if (word.StartsWith(':'))
        {
            return -1;
        }

        var isBracketed = word.StartsWith('[');
        for (var i = 0; i < word.Length; i++)
        {
            isBracketed |= word[i] == '@' && i + 1 < word.Length && word[i + 1] == '[';
            if (isBracketed && word[i] == ']' && i + 1 < word.Length && word[i + 1] == ':')
            {
                return i + 1;
            }

            if (word[i] == ':' && !isBracketed)
            {
                return i;
            }

            if (word[i] == '/')
            {
                return -1;
            }
        }

        return -1;
    }

    private static string Bare(string host) => host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;
}
