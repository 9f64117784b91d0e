using Pipe.Engine;
using Pipe.Protocol;
using Pipe.Trees;

namespace Pipe.Dccli;

/// <summary>Builds the invocation and its plans from the command line.</summary>
internal static class InvocationBuilder
{
    private const string Stream = "-";

    public static FanOutInvocation Of(Draft draft, List<Location> sources, List<Location> destinations)
    {
        destinations = draft.IsAllocation ? [.. destinations.SelectMany(Allocated)] : destinations;
        CheckHosts(draft, destinations);
        CheckOnce(destinations);
        var isStream = sources.Exists(static one => one.Path == Stream);
        if (!isStream && draft.Command.Length > 0)
        {
            throw new Failure(ExitCode.Usage, "--command: only with the source -", "it takes one stream, and files and trees are more than that");
        }

        return isStream ? OfStream(draft, sources, destinations) : OfTrees(draft, sources, destinations);
    }

    /// <summary>Builds the invocation for a sending host, which runs the same command line without the options for reaching that host.</summary>
    public static FanOutInvocation AtSender(Draft draft, List<string> passed, List<Location> sources, List<Location> destinations)
    {
        if (draft.IsAllocation || draft.Events.Length > 0 || sources.Exists(static one => one.Path == Stream))
        {
            var what = draft.IsAllocation ? "--allocation" : draft.Events.Length > 0 ? "--events" : "standard input as the source";
            throw new Failure(ExitCode.Usage, $"{what}: not where another machine sends", "log in there and start dccli");
        }

        var sender = Location.Parse($"{draft.Sender}:");
        var configured = SenderWords.Of(draft, sender.Host, destinations.Select(static one => one.Host));
        List<string> words = ["dccli", .. configured, .. passed, "-B", "--", .. sources.Select(static one => one.Path), .. destinations.Select(static one => one.Word)];
        return new FanOutInvocation(draft.Kind, [], [], draft) { AtSender = draft.ToPlan(sender, words) };
    }

    private static FanOutInvocation OfTrees(Draft draft, List<Location> sources, List<Location> destinations)
    {
        var more = sources.Count > 1 ? TreeFlags.Inside : TreeFlags.None;
        var paths = sources.ConvertAll(static one => one.Path.StartsWith('~') ? $"./{one.Path}" : one.Path);
        return new FanOutInvocation(draft.Kind, paths, [.. destinations.Select(Copy)], draft);

        Destination Copy(Location one)
        {
            var flags = more | (one.Path.EndsWith('/') && !draft.Flags.HasFlag(TreeFlags.Recurse) ? TreeFlags.Inside : TreeFlags.None);
            var from = draft.Tree(paths.Select(Glob.Escape), flags);
            return new Destination(NameOf(one, destinations), draft.ToPlan(one, draft.Tree([TargetOf(one.Path, sources.Count > 1)], flags), from));
        }
    }

    /// <summary>Several sources create a missing directory, with or without a trailing slash.</summary>
    private static string TargetOf(string path, bool hasSeveralSources) =>
        path.Length == 0 ? "." : hasSeveralSources && path.TrimEnd('/') is { Length: > 0 } trimmed ? trimmed : path;

    private static FanOutInvocation OfStream(Draft draft, List<Location> sources, List<Location> destinations)
    {
        if (sources.Count > 1 || draft.To.Contains(Stream))
        {
            throw new Failure(ExitCode.Usage, sources.Count > 1 ? "-: no other source may stand beside it" : "-: standard input cannot be the source and the list of destinations");
        }

        if (draft.Flags != TreeFlags.None || draft.TreeAction != TreeAction.Copy || draft.Excludes.Count > 0)
        {
            throw new Failure(ExitCode.Usage, "-: a stream is not a tree: -r, -p, -a, -Z, --delete, --exclude, --verify and --dry-run do not apply");
        }

        if (draft.Slow is { Action: SlowAction.Reread })
        {
            throw new Failure(ExitCode.Usage, "--slow reread: a stream cannot be read again", "write --slow wait or --slow drop:SECONDS");
        }

        return new FanOutInvocation(draft.Kind, [], [.. destinations.Select(Copy)], draft) { IsStream = true };

        Destination Copy(Location one) => new(NameOf(one, destinations), draft.ToPlan(one, Target(draft, one), Resource.Stdio));
    }

    private static Resource Target(Draft draft, Location one)
    {
        if (draft.Command.Length > 0)
        {
            return Resource.Command(one.PlainPath, draft.Command);
        }

        return one.Name.Length > 0 && !one.Path.EndsWith('/')
            ? Resource.File("", one.PlainPath)
            : throw new Failure(ExitCode.Usage, $"{one.Word}: a stream needs the name of a file", "write HOST:PATH/NAME, or --command CMD");
    }

    private static IEnumerable<Location> Allocated(Location one)
    {
        if (one.Host.Length > 0)
        {
            throw new Failure(ExitCode.Usage, $"{one.Word}: a host beside --allocation", "with --allocation a destination is written :PATH");
        }

        return SlurmJob.Nodes() is { Count: > 0 } nodes
            ? nodes.Select(node => one with { Host = PeerName.Checked(SlurmJob.Variable, PeerName.HostName, node) })
            : throw new Failure(ExitCode.Usage, "--allocation: this is not a Slurm job", $"{SlurmJob.Variable} is not set; salloc and sbatch set it");
    }

    private static void CheckHosts(Draft draft, List<Location> destinations)
    {
        if (draft.UsesSsh && destinations.Find(static one => one.Host.Length == 0) is { } nameless)
        {
            throw new Failure(ExitCode.Usage, $"{nameless.Word}: no host is named", SlurmJob.Hint() ?? "a destination is written HOST:PATH");
        }
    }

    private static void CheckOnce(List<Location> destinations)
    {
        if (destinations.GroupBy(static one => one).FirstOrDefault(static same => same.Skip(1).Any()) is { } twice)
        {
            throw new Failure(ExitCode.Usage, $"{twice.Key.Word}: named twice");
        }
    }

    /// <summary>The shortest of HOST, HOST:PATH and USER@HOST:PATH that no other destination has.</summary>
    private static string NameOf(Location one, List<Location> all) =>
        all.Count(other => other.Host == one.Host) == 1 ? one.Host
        : all.Count(other => other.Host == one.Host && other.Path == one.Path) == 1 ? $"{one.Host}:{one.Path}"
        : one.Word;
}
