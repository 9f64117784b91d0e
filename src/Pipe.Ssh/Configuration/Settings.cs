using System.Net.Sockets;
using Pipe.Engine;

namespace Pipe.Ssh;

/// <summary>
/// The settings of the command line and of ssh's configuration for a host. The first value of a keyword counts; null without one. Paths and names may
/// contain tokens, which <see cref="Target"/> expands.
/// </summary>
internal sealed class Settings
{
    public string? HostName { get; set; }

    public int? Port { get; set; }

    /// <summary>The address family to connect with; unspecified for any.</summary>
    public AddressFamily? Family { get; set; }

    public string? User { get; set; }

    /// <summary>All key files that are named, in order.</summary>
    public List<string> IdentityFiles { get; } = [];

    public bool? IdentitiesOnly { get; set; }

    /// <summary>A socket, <c>none</c>, <c>SSH_AUTH_SOCK</c>, or the name of a variable after a dollar sign.</summary>
    public string? IdentityAgent { get; set; }

    public IReadOnlyList<string>? UserKnownHosts { get; set; }

    public IReadOnlyList<string>? GlobalKnownHosts { get; set; }

    /// <summary>Whether an unknown host ends the run without a question to the user.</summary>
    public bool? IsStrict { get; set; }

    public bool? HashesKnownHosts { get; set; }

    public bool? IsBatch { get; set; }

    public int? ConnectTimeout { get; set; }

    public int? KeepAliveSeconds { get; set; }

    public int? PasswordPrompts { get; set; }

    public bool? TriesKeys { get; set; }

    public bool? TriesPassword { get; set; }

    public bool? TriesInteractive { get; set; }

    /// <summary>The names of the methods in order of preference.</summary>
    public IReadOnlyList<string>? Methods { get; set; }

    /// <summary>Reads the options of the command line, then the configuration files.</summary>
    /// <exception cref="Failure">A keyword that applies is not supported, or a file cannot be read.</exception>
    public static Settings Of(Invocation invocation)
    {
        var settings = new Settings { User = NullIfEmpty(invocation.User), Port = invocation.Port == 0 ? null : invocation.Port };
        foreach (var option in invocation.Options)
        {
            Keywords.Apply(settings, ConfigurationLine.Parse(option, "-o") ?? throw SshFailure.Of("-o: the option is empty"));
        }

        var reader = new ConfigurationReader(settings, invocation.Host);
        if (invocation.Configuration.Length == 0)
        {
            reader.ReadUsual();
        }
        else if (invocation.Configuration != "none")
        {
            reader.Read(invocation.Configuration);
        }

        return settings;
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
