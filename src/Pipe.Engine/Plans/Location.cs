using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A source or target as named on the command line; see <see cref="RemotePath"/>.</summary>
internal sealed record Location(bool IsRemote, string User, string Host, string Path)
{
    private static readonly string[] Nameless = ["", ".", "..", "~"];

    /// <summary>The last component of the path; empty if that is not a name.</summary>
    public string Name
    {
        get
        {
            var path = Path.TrimEnd('/');
            var name = path[(path.LastIndexOf('/') + 1)..];
            return Nameless.Contains(name) ? "" : name;
        }
    }

    /// <summary>The word that <see cref="Parse"/> reads as this location.</summary>
    public string Word => !IsRemote ? Path : $"{(User.Length > 0 ? $"{User}@" : "")}{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Path}";

    /// <summary>The path for sh, in a form that no command takes for an option. On the remote host ~/ is the home directory.</summary>
    public string ShellWord => this switch
    {
        { IsRemote: true, Path: "~" } => "\"$HOME\"",
        { IsRemote: true } when Path.StartsWith("~/", StringComparison.Ordinal) => $"\"$HOME\"/{ShellWords.Quote(Path[2..])}",
        _ => ShellWords.Quote(Path.StartsWith('-') ? $"./{Path}" : Path),
    };

    /// <summary>The path for the engine, which starts in the home directory on a remote host.</summary>
    public string PlainPath => IsRemote && Path.StartsWith("~/", StringComparison.Ordinal) ? Path[2..] : Path;

    /// <summary>A local path, taken literally.</summary>
    public static Location Local(string path) => new(false, "", "", path);

    public static Location Parse(string word)
    {
        if (RemotePath.Find(word) is not { } remote)
        {
            return Local(word);
        }

        return new Location(
            true,
            remote.User is { } user ? PeerName.Checked(word, PeerName.UserName, user) : "",
            remote.Host.Length == 0 ? "" : PeerName.Checked(word, PeerName.HostName, remote.Host),
            remote.Path);
    }

    /// <summary>The target with a file name: if the path ends in a slash, or has no name, it is a directory, and the source's name is appended.</summary>
    public Location Named(Location source)
    {
        if (!Path.EndsWith('/') && Name.Length > 0)
        {
            return this;
        }

        if (source.Name.Length == 0 || (Path.Length == 0 && !IsRemote))
        {
            throw new Failure(ExitCode.Usage, $"{(Path.Length > 0 ? Path : "''")}: the target needs a name of its own", "write the whole path that the tree is to have");
        }

        return this with { Path = Path.Length == 0 || Path.EndsWith('/') ? Path + source.Name : $"{Path}/{source.Name}" };
    }
}
