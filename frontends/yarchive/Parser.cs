using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Yarchive;

/// <summary>Parses a yarchive command line: a verb, then options and names in any order; the last occurrence of an option wins.</summary>
internal static class Parser
{
    private const string ListHint = "yarchive -h lists the options";
    private static readonly string[] Verbs = ["put", "get", "verify", "ls", "info", "rm"];

    /// <summary>Throws <see cref="Failure"/> for an invalid line; stops at -h and -version.</summary>
    public static ArchiveInvocation Parse(params string[] words)
    {
        var draft = new Draft();
        for (var i = 0; i < words.Length && !draft.IsAnswered;)
        {
            Take(draft, words, ref i);
        }

        return draft.IsAnswered || draft.Verb != Verb.None || draft.Names.Count == 0 || draft.IsEndOnly(draft.Names) ? draft.ToInvocation() : throw NoVerb(draft.Names[0]);
    }

    private static void Take(Draft draft, string[] words, ref int i)
    {
        var word = words[i++];
        if (word == "--")
        {
            (draft.Verb == Verb.Put ? draft.Producer : draft.Names).AddRange(words[i..]);
            i = words.Length;
            if (draft.Verb == Verb.Put && draft.Producer.All(string.IsNullOrWhiteSpace))
            {
                throw new Failure(ExitCode.Usage, "--: no command follows", "without -- standard input is stored");
            }
        }
        else if (!word.StartsWith('-') || word == "-")
        {
            TakeName(draft, word);
        }
        else
        {
            draft.Used.UnionWith(Options.Table.Take(draft, word, words, ref i));
        }
    }

    private static void TakeName(Draft draft, string word)
    {
        if (draft.Verb != Verb.None)
        {
            draft.Names.Add(word);
            return;
        }

        var verb = Array.IndexOf(Verbs, word);
        if (verb < 0 && draft.Names.Count == 0 && Location.Parse(word).IsRemote)
        {
            // The option keep-login end may follow.
            draft.Names.Add(word);
            return;
        }

        draft.Verb = verb >= 0 ? (Verb)(1 << verb) : throw NoVerb(word);
    }

    private static Failure NoVerb(string word) =>
        new(ExitCode.Usage, $"{(word.Length > 0 ? word : "''")}: not one of {string.Join(", ", Verbs)}", NearName.Of(word, Verbs) is { Length: > 0 } near ? $"did you mean {near}?" : ListHint);
}
