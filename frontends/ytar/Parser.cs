using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Ytar;

/// <summary>Reads a ytar command line: options and two names in any order; the last occurrence of an option wins.</summary>
internal static class Parser
{
    private const string ListHint = "ytar -h lists the options";

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
        else if (Options.Find(word) is { } option)
        {
            option.Apply(draft, option.NeedsArgument ? Argument(option, words, ref i) : "");
        }
        else if (!TakeValue(draft, word) && !TakeBundle(draft, word))
        {
            throw new Failure(ExitCode.Usage, $"{word}: no such option", Hint(word));
        }
    }

    private static string Argument(Option option, string[] words, ref int i) => i < words.Length
        ? words[i++]
        : throw new Failure(ExitCode.Usage, $"{option.Name}: the argument is missing", $"write {option.Name} {option.Argument}");

    /// <summary>--exclude=PATTERN.</summary>
    private static bool TakeValue(Draft draft, string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || !word.StartsWith("--", StringComparison.Ordinal) || Options.Find(word[..equals]) is not { NeedsArgument: true } option)
        {
            return false;
        }

        option.Apply(draft, word[(equals + 1)..]);
        return true;
    }

    /// <summary>-zv: flags of one letter each.</summary>
    private static bool TakeBundle(Draft draft, string word)
    {
        var flags = word[1..].Select(letter => Options.Find($"-{letter}")).ToList();
        if (!flags.TrueForAll(flag => flag is { IsFlag: true }))
        {
            return false;
        }

        flags.ForEach(flag => flag!.Apply(draft, ""));
        return true;
    }

    private static string Hint(string word)
    {
        var near = NearName.Of(word, Options.All.Select(known => known.Name.StartsWith("--", StringComparison.Ordinal) ? known.Name[1..] : known.Name));
        return near.Length > 0 ? $"did you mean {Options.Find(near)!.Name}?" : ListHint;
    }
}
