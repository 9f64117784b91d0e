using Pipe.Engine;
using Pipe.CommandLine;
using Pipe.Protocol;

namespace Pipe.Dccli;

/// <summary>Parses a dccli command line: options as in yscp, then sources, then destinations.</summary>
internal static class Parser
{
    private const string Usage = "usage: dccli [OPTION ...] SOURCE ... HOST:PATH ...";

    /// <summary>Throws <see cref="Failure"/> for an invalid line; stops at --help and --version.</summary>
    /// <param name="words">The command line.</param>
    /// <param name="read">Reads the lines of a list of destinations.</param>
    public static FanOutInvocation Parse(string[] words, Func<string, IEnumerable<string>> read)
    {
        var (draft, passed, i) = (new Draft(), new List<string>(), 0);
        while (!draft.IsAnswered && i < words.Length && words[i].Length > 1 && words[i][0] == '-')
        {
            var start = i;
            var word = words[i++];
            if (word == "--")
            {
                break;
            }

            var taken = Options.Table.Take(draft, word, words, ref i);
            passed.AddRange(Passed(taken, words[start..i]));
        }

        if (draft.IsAnswered)
        {
            return new FanOutInvocation(draft.Kind, [], [], draft);
        }

        if (EndedLogins(draft, words[i..], read) is { Count: > 0 } ended)
        {
            return new FanOutInvocation(draft.EndKind, [], ended, draft);
        }

        TreeOptions.Check(draft);
        var (sources, destinations) = Split(draft, words[i..], read);
        return draft.Sender.Length == 0 ? InvocationBuilder.Of(draft, sources, destinations) : InvocationBuilder.AtSender(draft, passed, sources, destinations);
    }

    /// <summary>The options that the sending host needs, without those for reaching that host and those that this program obeys.</summary>
    private static string[] Passed(IReadOnlyList<Option<Draft>> taken, string[] words)
    {
        var isOurs = taken.Any(static option => option.Group is TransferOptions.Where or TransferOptions.Else || option.Name is "-H" or "--to" or "--allocation");
        return !isOurs ? words
            : taken.Count == 1 ? []
            : throw new Failure(ExitCode.Usage, $"{words[0]}: how hosts are reached is not written in one word with other letters", "write -H HOST, and letters for ssh, as words of their own");
    }

    /// <summary>The hosts of a command line that only ends kept logins: <c>--keep-login end</c>, and a list of hosts as the only operand or in a file.</summary>
    private static List<Destination> EndedLogins(Draft draft, string[] words, Func<string, IEnumerable<string>> read)
    {
        var isOnlyList = words.Length == 0 && draft.To.Count > 0;
        return draft.Given.Keep?.Seconds == Remote.EndOfKeeping && draft.Sender.Length == 0 && (isOnlyList || (draft.To.Count == 0 && draft.IsEndOnly(words)))
            ? [.. words.Concat(draft.To.SelectMany(read)).SelectMany(Locations).Select(one => new Destination(one.Host, draft.ToEnd(one)))]
            : [];
    }

    /// <summary>Splits the operands. Sources come first, either local or on one host; operands with a host after that are destinations.</summary>
    private static (List<Location> Sources, List<Location> Destinations) Split(Draft draft, string[] words, Func<string, IEnumerable<string>> read)
    {
        CheckOrder(words);
        var all = words.SelectMany(Locations).ToList();
        var isRemote = draft.Sender.Length == 0 && all.Count > 0 && all[0].IsRemote && !draft.IsAllocation;
        var count = isRemote ? all.TakeWhile(one => one.IsRemote && one.Host == all[0].Host && one.User == all[0].User).Count() : all.TakeWhile(static one => !one.IsRemote).Count();
        var (sources, destinations) = (all[..count], all[count..]);
        if (isRemote)
        {
            (draft.Sender, sources) = (Named(sources[0]), [.. sources.Select(static one => Location.Local(one.Path.Length > 0 ? one.Path : "."))]);
        }

        destinations.AddRange(draft.To.SelectMany(read).SelectMany(Locations));
        if (destinations.Find(static one => !one.IsRemote) is { } local)
        {
            throw new Failure(ExitCode.Usage, $"{local.Path}: not a destination, which is HOST:PATH", "sources come before destinations");
        }

        if (sources.Count == 0 || destinations.Count == 0)
        {
            throw new Failure(ExitCode.Usage, sources.Count == 0 ? "no source is named" : "no destination is named", sources.Count == 0 ? Usage : SlurmJob.Hint() ?? Usage);
        }

        return (sources, destinations);
    }

    private static void CheckOrder(string[] words)
    {
        var late = Array.Find(words, static word => word.StartsWith("--", StringComparison.Ordinal) && Options.Table.Find(word.Split('=')[0]) is not null);
        if (late is not null)
        {
            throw new Failure(ExitCode.Usage, $"{late}: options come before the files", $"write ./{late} for a file of this name");
        }
    }

    private static string Named(Location one) => one.User.Length > 0 ? $"{one.User}@{one.Host}" : one.Host;

    private static IEnumerable<Location> Locations(string word)
    {
        var end = RemotePath.HostEnd(word);
        return end > 0 ? HostList.Expand(word[..end]).Select(host => Location.Parse(host + word[end..])) : [Location.Parse(word)];
    }
}
