using Pipe.Engine;

namespace Pipe.Ytar;

/// <summary>Reads a ytar command line: options and two names in any order; the last occurrence of an option wins.</summary>
internal static class Parser
{
    /// <summary>Throws <see cref="Failure"/> for a line that makes no sense; -h and -version end the reading.</summary>
    public static Request Parse(params string[] words)
    {
        var draft = new Draft();
        for (var i = 0; i < words.Length && draft.Errand is not (Errand.Usage or Errand.Version);)
        {
            Take(draft, words, ref i);
        }

        var plan = draft.Errand is Errand.Copy or Errand.PrintPlan ? draft.ToPlan() : null;
        return new Request(draft.Errand, plan, draft.Progress, draft.Events, draft.Verbosity);
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
