using Pipe.CommandLine;
using Pipe.Engine;

namespace Pipe.Ytar;

/// <summary>Parses a ytar command line: options and two names in any order; the last occurrence of an option wins.</summary>
internal static class Parser
{
    /// <summary>Throws <see cref="Failure"/> for an invalid line; stops at -h and -version.</summary>
    public static Invocation Parse(params string[] words)
    {
        var draft = new Draft();
        for (var i = 0; i < words.Length && !draft.IsAnswered;)
        {
            Take(draft, words, ref i);
        }

        var plan = draft.Kind is CommandKind.Copy or CommandKind.PrintPlan ? draft.ToPlan() : null;
        return new Invocation(draft.Kind, plan, draft.Progress, draft.Events, draft.Verbosity);
    }

    private static void Take(Draft draft, string[] words, ref int i)
    {
        var word = words[i++];
        if (word == "--")
        {
            draft.Names.AddRange(words[i..]);
            i = words.Length;
        }
        else if (!word.StartsWith('-') || word == "-")
        {
            draft.Names.Add(word);
        }
        else
        {
            Options.Table.Take(draft, word, words, ref i);
        }
    }
}
