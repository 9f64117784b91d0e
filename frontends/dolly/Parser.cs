using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Dolly;

/// <summary>Parses a dolly command line: options in any order, no operands. The configuration file is read after all options.</summary>
internal static class Parser
{
    /// <summary>Throws <see cref="Failure"/> for an invalid line; stops at --help and --version.</summary>
    /// <param name="words">The command line.</param>
    /// <param name="read">Returns the text of a configuration file.</param>
    public static ChainInvocation Parse(string[] words, Func<string, string> read)
    {
        var draft = new Draft();
        for (var i = 0; i < words.Length && !draft.IsAnswered;)
        {
            Take(draft, words, ref i);
        }

        return draft.IsAnswered || words.Length == 0
            ? new ChainInvocation(draft.Kind, RunMode.None, new Configuration(), draft)
            : InvocationBuilder.Of(draft, read);
    }

    private static void Take(Draft draft, string[] words, ref int i)
    {
        var word = words[i++];
        if (word.Length < 2 || word[0] != '-')
        {
            throw new Failure(ExitCode.Usage, $"{word}: dolly takes options only", "dolly -I FILE -O FILE -H HOSTS");
        }

        var taken = Options.Table.Take(draft, word, words, ref i);
        if (taken[^1].Name == Options.AnyServer && i < words.Length && !words[i].StartsWith('-'))
        {
            draft.ServerName = PeerName.Checked(Options.AnyServer, PeerName.HostName, words[i++]);
        }
    }
}
