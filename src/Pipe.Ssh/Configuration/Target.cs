using System.Globalization;
using System.Text;
using Pipe.Engine;
using Pipe.Linux;

namespace Pipe.Ssh;

/// <summary>The host to connect to: the settings with their defaults and without tokens.</summary>
internal sealed class Target
{
    private const int SshPort = 22;

    /// <param name="named">The host as the user named it.</param>
    /// <param name="settings">The settings for it.</param>
    /// <exception cref="Failure">A value contains a token that is not supported.</exception>
    public Target(string named, Settings settings)
    {
        (Named, Settings) = (named, settings);
        Host = Address(settings.HostName, named);
        Port = settings.Port ?? SshPort;
        User = settings.User ?? Environment.UserName;
    }

    /// <summary>The host as the user named it.</summary>
    public string Named { get; }

    public Settings Settings { get; }

    /// <summary>The name or address to connect to, as in known_hosts files.</summary>
    public string Host { get; }

    public int Port { get; }

    public string User { get; }

    /// <summary>The name of the host in known_hosts files.</summary>
    public string KnownName => Port == SshPort ? Host : $"[{Host}]:{Port}";

    /// <summary>The configured key files; if empty, see <see cref="NamesIdentityFiles"/>.</summary>
    public IReadOnlyList<string> IdentityFiles => [.. Settings.IdentityFiles.Where(static one => one != "none").Select(Expand)];

    /// <summary>Whether the configuration names key files, or <c>none</c>; otherwise the default ones apply.</summary>
    public bool NamesIdentityFiles => Settings.IdentityFiles.Count > 0;

    public IReadOnlyList<string> UserKnownHosts => Files(Settings.UserKnownHosts, "~/.ssh/known_hosts", "~/.ssh/known_hosts2");

    public IReadOnlyList<string> GlobalKnownHosts => Files(Settings.GlobalKnownHosts, "/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2");

    /// <summary>The socket of the agent; null without an agent.</summary>
    public string? AgentSocket => Settings.IdentityAgent switch
    {
        "none" => null,
        null or "SSH_AUTH_SOCK" => Variable("SSH_AUTH_SOCK"),
        ['$', .. var variable] when !variable.StartsWith('{') => Variable(variable),
        var path => Expand(path),
    };

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private string[] Files(IReadOnlyList<string>? named, params string[] usual) => [.. (named ?? usual).Where(static one => one != "none").Select(Expand)];

    /// <summary>Expands HostName, where %h is the name that the user gave. The result is lower case, for comparison.</summary>
    private static string Address(string? configured, string named)
    {
        var text = (configured ?? "%h").Replace("%%", "\0", StringComparison.Ordinal).Replace("%h", named, StringComparison.Ordinal);
        return text.Contains('%', StringComparison.Ordinal) && configured is not null
            ? throw SshFailure.Of($"HostName {configured}: only %h and %% are supported")
            : text.Replace('\0', '%').ToLowerInvariant();
    }

    /// <summary>Replaces tokens, variables and a leading tilde in a path.</summary>
    private string Expand(string path)
    {
        var text = path == "~" || path.StartsWith("~/", StringComparison.Ordinal) ? UserFolders.Home + path[1..] : path;
        var expanded = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 1 < text.Length)
            {
                expanded.Append(Token(text[++i], path));
            }
            else if (text[i] == '$' && i + 1 < text.Length && text[i + 1] == '{' && text.IndexOf('}', i) is var end and > 0)
            {
                expanded.Append(Variable(text[(i + 2)..end]) ?? throw SshFailure.Of($"{path}: no such environment variable"));
                i = end;
            }
            else
            {
                expanded.Append(text[i]);
            }
        }

        return expanded.ToString();
    }

    private string Token(char token, string path) => token switch
    {
        '%' => "%",
        'd' => UserFolders.Home,
        'h' => Host,
        'i' => Ids.EffectiveUser.ToString(CultureInfo.InvariantCulture),
        'n' => Named,
        'p' => Port.ToString(CultureInfo.InvariantCulture),
        'r' => User,
        'u' => Environment.UserName,
        _ => throw SshFailure.Of($"{path}: the built-in ssh does not support %{token}"),
    };
}
