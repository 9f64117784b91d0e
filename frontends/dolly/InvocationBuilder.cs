using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Dolly;

/// <summary>Builds the invocation from the options, and checks that they fit together.</summary>
internal static class InvocationBuilder
{
    /// <exception cref="Failure">The options or the configuration are invalid.</exception>
    public static ChainInvocation Of(Draft draft, Func<string, string> read)
    {
        if (draft.EndsLoginsOnly)
        {
            return new ChainInvocation(CommandKind.EndLogin, RunMode.None, new Configuration { Hosts = draft.Hosts }, draft);
        }

        if (!draft.Sends)
        {
            return draft.IsClassic ? Client(draft) : throw Missing();
        }

        var config = Completed(draft, draft.ConfigFile.Length > 0 ? ConfigurationReader.Read(read(draft.ConfigFile)) : new Configuration());
        Check(draft, config);
        return new ChainInvocation(draft.Kind, draft.IsClassic || draft.IsKnock(config) ? RunMode.ClassicServer : RunMode.Head, config, draft) { Warnings = [.. Warnings(config)] };
    }

    /// <summary>The configuration with the options, which take precedence.</summary>
    private static Configuration Completed(Draft draft, Configuration config)
    {
        var isDummy = config.IsDummy || draft.DummySeconds is not null || (draft.IsDummyOrKnock && !draft.IsKnock(config));
        var input = draft.Input.Length > 0 ? new InputFile(draft.Input) : config.Input;
        var output = draft.Output.Length > 0 ? new OutputFile(draft.Output) : config.Output;
        return config with
        {
            IsDummy = isDummy,
            Input = isDummy ? null : input,
            Output = isDummy ? null : output ?? (draft.Input.Length > 0 && !input!.IsStandardInput ? new OutputFile(draft.Input) : null),
            Fanout = draft.Fanout > 0 ? draft.Fanout : config.Fanout,
            IsHyphenNormal = draft.IsHyphenNormal || config.IsHyphenNormal,
            Server = draft.ServerName.Length > 0 ? draft.ServerName : config.Server,
            Hosts = draft.Hosts.Count > 0 ? draft.Hosts : config.Hosts,
        };
    }

    private static void Check(Draft draft, Configuration config)
    {
        if (config.Hosts.Count == 0)
        {
            throw Missing();
        }

        if (config.Hosts.GroupBy(static host => host).FirstOrDefault(static same => same.Skip(1).Any()) is { } twice)
        {
            throw Usage($"{twice.Key}: named twice");
        }

        if (config.Fanout > 1 && config.Links is { Count: > 0 })
        {
            throw Usage("fanout and extra links exclude each other");
        }

        if (draft.IsClassic || draft.IsKnock(config))
        {
            CheckClassic(draft, config);
        }

        if (!config.IsDummy)
        {
            CheckSource(draft, config);
            CheckTarget(draft, config);
        }
    }

    private static void CheckSource(Draft draft, Configuration config)
    {
        if (draft.Directories.Count > 0 && config.Input is not null)
        {
            throw Usage("-D: there is another source beside it");
        }

        if (draft.Directories.Count == 0 && config.Input is null)
        {
            throw Usage("no source is named", "-I FILE, -D DIRECTORIES, or the line infile of a configuration file");
        }

        if (draft.Excludes.Count > 0 && draft.Directories.Count == 0)
        {
            throw Usage("-X: only with -D", "it leaves paths out of the tar stream");
        }

        if (config.Input is { IsStandardInput: true } && draft.ConfigFile == "-")
        {
            throw Usage("standard input cannot be the source and the configuration file");
        }
    }

    private static void CheckTarget(Draft draft, Configuration config)
    {
        if (config.Output is null && draft.Command.Length == 0 && draft.Directories.Count == 0)
        {
            throw Usage("no target is named", "-O FILE, --command CMD, or the line outfile of a configuration file");
        }

        if (config.Output is not null && draft.Command.Length > 0 && draft.Output.Length > 0)
        {
            throw Usage("--command: there is another target beside it");
        }

        if (config.Output is { IsStandardOutput: true } && draft.Command.Length == 0 && !draft.IsClassic)
        {
            throw Usage($"{config.Output.Path}: a node that dolly starts has no standard output", "--command CMD gives the data to a command on each node");
        }
    }

    private static void CheckClassic(Draft draft, Configuration config)
    {
        var word = draft.Directories.Count > 0 ? "-D" : draft.Command.Length > 0 ? "--command" : draft.VerifiesByReading ? "--verify" : draft.Given is { Encrypt: true } or { Authenticate: true } ? "--encrypt and --authenticate" : "";
        if (word.Length > 0)
        {
            throw Usage($"{word}: not with the classic protocol", "without --classic and -d, dolly starts the nodes itself and can do this");
        }

        if (config.Hosts.FirstOrDefault(static host => host.Contains('@', StringComparison.Ordinal)) is { } user)
        {
            throw Usage($"{user}: a user has no meaning in the classic protocol");
        }
    }

    private static ChainInvocation Client(Draft draft)
    {
        if (draft.AllowFrom.Count == 0 || (draft.ClassicOutput.Length == 0 && !draft.IsDummyOrKnock))
        {
            throw Usage(
                draft.AllowFrom.Count == 0 ? "--classic: --allow-from is missing" : "--classic: --outfile is missing",
                "the classic protocol has no authentication: a client writes one file that it is told here, from one address");
        }

        return new ChainInvocation(draft.Kind, RunMode.ClassicClient, new Configuration { IsHyphenNormal = draft.IsHyphenNormal }, draft);
    }

    private static IEnumerable<string> Warnings(Configuration config)
    {
        if (config.Input is { Warning.Length: > 0 } input)
        {
            yield return input.Warning;
        }

        if (config.LastClient.Length > 0 && config.Hosts.Count > 0 && config.LastClient != config.Hosts[^1])
        {
            yield return $"lastclient {config.LastClient}: the list of hosts ends with {config.Hosts[^1]}, and the list counts";
        }
    }

    private static Failure Missing() => Usage(
        "Missing parameter -f <configfile>.",
        "dolly -s -f CONFIG, or dolly -I FILE -O FILE -H HOSTS; --classic waits for a server of dolly 0.5x");

    private static Failure Usage(string cause, string hint = "") => new(ExitCode.Usage, cause, hint);
}
