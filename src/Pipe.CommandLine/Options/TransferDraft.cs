using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>The values of <see cref="TransferOptions"/>, common to the drafts of all programs. The last occurrence of an option wins.</summary>
/// <param name="program">The name of the program, for which the configuration may have a section.</param>
internal abstract class TransferDraft(string program)
{
    private const string StandardOutput = "1";

    private ConfiguredSettings? _configured;
    private bool _hasPlans;
    private bool _usesDatagrams;

    /// <summary>The settings that the command line gives; the configuration may give others.</summary>
    public TransferSettings Given { get; } = new();

    public CommandKind Kind { get; set; } = CommandKind.Copy;

    /// <summary>The action of a command line that only ends kept logins.</summary>
    public CommandKind EndKind => Kind == CommandKind.Copy ? CommandKind.EndLogin : Kind;

    public int SshPort { get; set; }

    /// <summary>In ssh_config(5) format, in the order given: ssh uses the first value of an option.</summary>
    public List<string> SshOptions { get; } = [];

    public string SshConfig { get; set; } = "";

    /// <summary>The argument of --launch.</summary>
    public string Shell { get; set; } = "";

    /// <summary>Whether ssh connects to the host, the system's or the built-in one, and not a command of the user.</summary>
    public bool UsesSsh => Shell is "" or Remote.BuiltIn;

    public string Prefix { get; set; } = "";

    public bool Progress { get; set; }

    public string Events { get; set; } = "";

    /// <summary>See <see cref="Invocation.IsJson"/>.</summary>
    public bool IsJson { get; set; }

    /// <summary>-1: quiet; else the number of --verbose options.</summary>
    public int Verbose { get; set; }

    /// <summary>See <see cref="Invocation.Verbosity"/>.</summary>
    public int Verbosity => Math.Min(Verbose, 2);

    /// <summary>Warnings about options without effect, which they name by <see cref="OptionWord"/>; complete once all plans are made.</summary>
    public IReadOnlyList<string> Warnings => _hasPlans && !_usesDatagrams && OnlyForDatagrams().ToArray() is { Length: > 0 } words
        ? [$"{string.Join(", ", words)}: no effect, because the data go over tcp; {OptionWord.Channel} udp uses datagrams"]
        : [];

    /// <summary>Whether the command line asks for help or the version only; the rest of it is ignored.</summary>
    public bool IsAnswered => Kind is CommandKind.Usage or CommandKind.Version;

    /// <summary>The settings for a host: those of the command line, and where it says nothing those of the configuration.</summary>
    /// <exception cref="Failure">The configuration cannot be read or is invalid.</exception>
    protected TransferSettings SettingsFor(string host) => Given.Over((_configured ??= new ConfiguredSettings(ConfigurationFile.Read())).For(program, host));

    /// <summary>The options for the data of a host that come from the configuration, not from the command line; see <see cref="TransferOptions.DataWords"/>.</summary>
    /// <exception cref="Failure">The configuration cannot be read or is invalid.</exception>
    public IEnumerable<(string Word, string Argument)> ConfiguredFor(string host)
    {
        var plan = new Plan { Direction = Direction.Write, Remote = new Remote(), There = Resource.Null, Here = Resource.Null };
        return TransferOptions.DataWords(SettingsFor(host).Applied(plan)).Except(TransferOptions.DataWords(Given.Applied(plan)));
    }

    /// <summary>Makes a plan from the values of this draft.</summary>
    /// <exception cref="Failure">The events and the result both go to standard output.</exception>
    protected Plan PlanFor(Direction direction, Remote remote, Resource there, Resource here)
    {
        if (IsJson && Events == StandardOutput)
        {
            throw UsageError("standard output cannot take both the events and the result", $"{OptionWord.Events} 3 3>FILE writes the events to a file");
        }

        var plan = SettingsFor(remote.Host).Applied(new Plan { Direction = direction, Remote = remote, There = there, Here = here });
        (_hasPlans, _usesDatagrams) = (true, _usesDatagrams || MayUseDatagrams(plan.Channel));
        return plan;
    }

    /// <summary>Whether the program uses datagrams with this channel.</summary>
    protected virtual bool MayUseDatagrams(DataChannel channel) => channel != DataChannel.Tcp;

    /// <summary>The options of the command line that have an effect only on datagrams.</summary>
    private IEnumerable<string> OnlyForDatagrams()
    {
        if (Given.Pacing is not null)
        {
            yield return OptionWord.Udp;
        }

        if (Given.Mtu is not null)
        {
            yield return OptionWord.Mtu;
        }

        if (Given.DatagramBuffer is not null)
        {
            yield return OptionWord.UdpBuffer;
        }
    }

    /// <summary>The remote end as the options describe it.</summary>
    /// <param name="host">The host name.</param>
    /// <param name="user">The user name.</param>
    /// <param name="shell">The command that replaces ssh; empty for ssh.</param>
    /// <param name="keeps">Whether a login can be kept.</param>
    protected Remote RemoteAt(string host, string user, string shell, bool keeps)
    {
        var settings = SettingsFor(host);
        var (seconds, isOverUsers) = keeps ? settings.Keep ?? default : default;
        return new()
        {
            Host = host,
            User = user,
            SshPort = SshPort,
            SshOptions = [.. SshOptions],
            SshConfig = SshConfig,
            Shell = shell,
            Prefix = Prefix,
            KeepSeconds = seconds,
            KeepsOverUsers = seconds > 0 && isOverUsers,
            Bootstrap = settings.Bootstrap ?? false,
        };
    }

    /// <summary>The error for options of ssh together with a command that replaces ssh.</summary>
    /// <param name="options">The program's names of the options.</param>
    /// <param name="launch">The program's name of the option that gives the command.</param>
    protected static Failure NotForLaunch(IReadOnlyList<string> options, string launch) =>
        UsageError($"{Listed(options)} are for ssh, not for the remote shell of {launch}", $"write ssh's own options into {launch}: {launch} 'ssh -p 2222'");

    /// <summary>The names as a list in a sentence.</summary>
    protected static string Listed(IReadOnlyList<string> names) => $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}";

    /// <summary>Refuses a kept login with the built-in ssh, which cannot keep one.</summary>
    /// <exception cref="Failure">The command line asks for a kept login.</exception>
    protected void CheckKeeping(string keepLogin, string launch)
    {
        if (Shell == Remote.BuiltIn && Given.Keep is { Seconds: not 0 })
        {
            throw UsageError($"{keepLogin} is for ssh: {launch} {Remote.BuiltIn} keeps no login open");
        }
    }

    protected static Failure UsageError(string cause, string hint = "") => new(ExitCode.Usage, cause, hint);
}
