using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Dccli;

/// <summary>
/// The options with which the program on another machine sends the data as the configuration of this host says. One command line serves all
/// destinations, so they must have equal settings; but if one host wants protection, all data have it.
/// </summary>
internal static class SenderWords
{
    private static readonly string[] Protections = [OptionWord.Authenticate, OptionWord.Encrypt];

    /// <param name="draft">The command line, whose options take precedence.</param>
    /// <param name="sender">The host that sends.</param>
    /// <param name="hosts">The hosts that receive.</param>
    /// <exception cref="Failure">The hosts have different settings.</exception>
    public static IReadOnlyList<string> Of(Draft draft, string sender, IEnumerable<string> hosts)
    {
        var all = hosts.Distinct().ToDictionary(static host => host, host => draft.ConfiguredFor(host).ToList());
        var words = all.Values.SelectMany(static words => words).Where(static one => !Protections.Contains(one.Word)).Distinct().ToList();
        if (words.Find(one => all.Values.Any(host => !host.Contains(one))) is { Word: { } word })
        {
            var host = all.First(host => host.Value.Exists(one => one.Word == word)).Key;
            throw new Failure(
                ExitCode.Usage,
                $"{word}: the configuration has a value for {host} that not every destination has, and {sender} sends to all with one command line",
                $"write {word} on the command line, or log in there and start dccli");
        }

        var protection = all.Values.Append(draft.ConfiguredFor(sender)).SelectMany(static words => words).Where(static one => Protections.Contains(one.Word)).Distinct();
        return [.. words.Concat(protection).SelectMany(static one => one.Argument.Length > 0 ? new[] { one.Word, one.Argument } : [one.Word])];
    }
}
