using System.Globalization;
using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Dolly;

/// <summary>The options of a dolly command line so far.</summary>
internal sealed class Draft() : LocationDraft("dolly", static word => Options.Table.Find(word)!.Name)
{
    /// <summary>The configuration file; "-" for standard input.</summary>
    public string ConfigFile { get; set; } = "";

    public string Input { get; set; } = "";

    public string Output { get; set; } = "";

    /// <summary>The nodes in the order of the chain; empty if a configuration file lists them.</summary>
    public List<string> Hosts { get; } = [];

    /// <summary>The directories to send as a tar stream.</summary>
    public List<string> Directories { get; } = [];

    /// <summary>Paths that the tar stream leaves out.</summary>
    public List<string> Excludes { get; } = [];

    /// <summary>The shell command that receives the data on each node.</summary>
    public string Command { get; set; } = "";

    /// <summary>Whether -s is given: this host is the server that the configuration names.</summary>
    public bool IsServer { get; set; }

    /// <summary>Whether -S is given: this host is the server, regardless of its name.</summary>
    public bool IsAnyServer { get; set; }

    /// <summary>The argument of -S.</summary>
    public string ServerName { get; set; } = "";

    /// <summary>The file for the statistics line.</summary>
    public string Log { get; set; } = "";

    /// <summary>Size of the data after decompression, for the statistics; 0 if not given.</summary>
    public long UncompressedSize { get; set; }

    /// <summary>Whether -d is given: dummy mode in dialect A, wake the clients in dialect B.</summary>
    public bool IsDummyOrKnock { get; set; }

    /// <summary>Seconds for which zeros are sent; null if not given.</summary>
    public int? DummySeconds { get; set; }

    /// <summary>Bytes of a read in the classic protocol; null if not given.</summary>
    public int? BlockSize { get; set; }

    /// <summary>Number of further tries of a node or connection that fails; null if not given.</summary>
    public int? Retries { get; set; }

    /// <summary>How long the chain may move nothing; null if not given.</summary>
    public int? IdleSeconds { get; private set; }

    /// <summary>Whether nodes get each other's addresses instead of names.</summary>
    public bool ResolvesNames { get; set; }

    public bool IsHyphenNormal { get; set; }

    public int Fanout { get; set; }

    public bool IsStrict { get; set; }

    /// <summary>Whether each node reads its target again.</summary>
    public bool VerifiesByReading { get; set; }

    public bool IsClassic { get; set; }

    /// <summary>Addresses from which a classic client accepts connections.</summary>
    public List<string> AllowFrom { get; } = [];

    /// <summary>The only file that a classic client writes.</summary>
    public string ClassicOutput { get; set; } = "";

    /// <summary>Whether any option says that this host sends.</summary>
    public bool Sends => IsServer || IsAnyServer || ConfigFile.Length > 0 || Input.Length > 0 || Hosts.Count > 0 || Directories.Count > 0;

    /// <summary>Whether the command line only ends the kept logins of its hosts.</summary>
    public bool EndsLoginsOnly => Given.Keep?.Seconds == Remote.EndOfKeeping && Hosts.Count > 0 && (ConfigFile + Input + Output + Command).Length + Directories.Count == 0 && !IsDummyOrKnock && DummySeconds is null;

    /// <summary>Whether -d means to wake waiting clients: only dialect B has -H, and it has no dummy mode.</summary>
    public bool IsKnock(Configuration config) => IsDummyOrKnock && !config.IsDummy && DummySeconds is null && Hosts.Count > 0;

    /// <summary>The plan for one node. Throws <see cref="Failure"/> if the options do not fit it.</summary>
    public Plan ToPlan(string node, Resource source, Resource target) =>
        PlanFor(Location.Parse($"{Bracketed(node)}:"), Direction.Write, target, source);

    /// <exception cref="Failure">The seconds are out of range.</exception>
    public void LimitIdle(string value)
    {
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds == 0)
        {
            throw UsageError($"Timeout of {value} doesn't make sense.", "-a takes a number of seconds, at least 1");
        }

        (IdleSeconds, Given.TimeoutSeconds) = (seconds, seconds);
    }

    /// <summary>The links of a chain are short: auto is TCP there.</summary>
    protected override bool MayUseDatagrams(DataChannel channel) => channel == DataChannel.Udp;

    /// <summary>Puts an address of IPv6, which contains colons, into brackets.</summary>
    private static string Bracketed(string node)
    {
        var at = node.LastIndexOf('@') + 1;
        return node.IndexOf(':', at) >= 0 && node[at] != '[' ? $"{node[..at]}[{node[at..]}]" : node;
    }
}
