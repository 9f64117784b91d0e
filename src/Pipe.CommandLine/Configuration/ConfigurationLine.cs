using Pipe.Trees;

namespace Pipe.CommandLine;

/// <summary>A name and a value from a configuration file, with the programs and hosts that the line is for.</summary>
/// <param name="Name">An option word without its dashes.</param>
/// <param name="Value">The argument of the option; yes or no for a flag.</param>
/// <param name="Place">FILE:LINE, for messages.</param>
/// <param name="Programs">The programs; none for every front end.</param>
/// <param name="Hosts">Patterns of host names; none for every host.</param>
internal sealed record ConfigurationLine(string Name, string Value, string Place, IReadOnlyList<string> Programs, IReadOnlyList<string> Hosts)
{
    private const string BackEnd = "dmscp";

    /// <summary>A dmscp command line is a complete plan: only a section that names dmscp changes it.</summary>
    public bool IsFor(string program, string host) => (Programs.Count == 0 ? program != BackEnd : Programs.Contains(program)) && FitsHost(host);

    /// <summary>As in ssh_config(5): one pattern must match, and no pattern with an exclamation mark.</summary>
    private bool FitsHost(string host)
    {
        var name = host.ToLowerInvariant();
        return Hosts.Count == 0
            || (Hosts.Any(pattern => pattern[0] != '!' && Glob.IsMatch(pattern.ToLowerInvariant(), name))
                && !Hosts.Any(pattern => pattern[0] == '!' && Glob.IsMatch(pattern[1..].ToLowerInvariant(), name)));
    }
}
