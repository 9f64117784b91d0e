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

        // Unlike elsewhere, a leading colon is part of a file name.
        return !word.StartsWith(':') && RemotePath.Find(word) is { } remote
            ? new Operand(word, remote.User ?? "", remote.Host, 0, remote.Path.Length > 0 ? remote.Path : ".") { IsRemote = true }
            : new Operand(word, "", "", 0, word);
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
            throw new Failure(ExitCode.Unreachable, e.Message, Given.StartsWith(Scheme, StringComparison.Ordinal) ? "" : "write a local name with a colon as ./NAME");
        }
    }
}
