using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>All options of a front end. They stand anywhere on its command line; the argument of one is the next word, or follows a = in the same.</summary>
/// <param name="program">For hints.</param>
/// <param name="all">In the order of the usage text.</param>
internal sealed class OptionTable<TDraft, TOption>(string program, TOption[] all)
    where TOption : Option<TDraft>
{
    public TOption? Find(string word) => Array.Find(all, option => option.Is(word));

    /// <summary>Takes the option, or the flags, that a word stands for into the draft.</summary>
    /// <param name="draft">Of the command line.</param>
    /// <param name="word">In front of the one at <paramref name="i"/>.</param>
    /// <param name="words">Of the command line.</param>
    /// <param name="i">Goes on if an argument is taken.</param>
    /// <returns>Which it was.</returns>
    /// <exception cref="Failure">There is no such option, or its argument is missing or makes no sense.</exception>
    public IReadOnlyList<TOption> Take(TDraft draft, string word, string[] words, ref int i)
    {
        if (Find(word) is { } option)
        {
            CheckDashes(option, word);
            option.Apply(draft, option.NeedsArgument ? Argument(option, words, ref i) : "");
            return [option];
        }

        if (Valued(word) is var (valued, value))
        {
            valued.Apply(draft, value);
            return [valued];
        }

        var flags = Bundle(word) ?? throw new Failure(ExitCode.Usage, $"{word}: no such option", Hint(word));
        foreach (var flag in flags)
        {
            flag.Apply(draft, "");
        }

        return flags;
    }

    private static void CheckDashes(TOption option, string word)
    {
        if (option.OneDashHint.Length > 0 && !word.StartsWith("--", StringComparison.Ordinal))
        {
            throw new Failure(ExitCode.Usage, $"{word}: no such option", option.OneDashHint);
        }
    }

    private static string Argument(TOption option, string[] words, ref int i) => i < words.Length
        ? words[i++]
        : throw new Failure(ExitCode.Usage, $"{option.Name}: the argument is missing", $"write {option.Name} {option.Argument}");

    /// <summary>--exclude=PATTERN.</summary>
    private (TOption Option, string Value)? Valued(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        return equals >= 0 && word.StartsWith("--", StringComparison.Ordinal) && Find(word[..equals]) is { NeedsArgument: true } option
            ? (option, word[(equals + 1)..])
            : null;
    }

    /// <summary>-zv: flags of one letter each.</summary>
    private List<TOption>? Bundle(string word)
    {
        var flags = word[1..].Select(letter => Find($"-{letter}")).OfType<TOption>().Where(option => option.IsFlag).ToList();
        return flags.Count == word.Length - 1 ? flags : null;
    }

    private string Hint(string word)
    {
        var near = NearName.Of(word, all.Select(known => known.Name.StartsWith("--", StringComparison.Ordinal) ? known.Name[1..] : known.Name));
        return near.Length > 0 ? $"did you mean {Find(near)!.Name}?" : $"{program} -h lists the options";
    }
}
