using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>All options of a program, and their parser.</summary>
/// <param name="program">For hints.</param>
/// <param name="grammar">How the options are spelled.</param>
/// <param name="all">In the order of the usage text.</param>
internal sealed class OptionTable<TDraft, TOption>(string program, Grammar grammar, TOption[] all)
    where TOption : Option<TDraft>
{
    public TOption[] All => all;

    public TOption? Find(string word) => Array.Find(all, option => option.Names.Append(option.Alias).Any(name => IsSame(name, word)));

    /// <summary>Applies the option, or the bundled letters, of a word to the draft.</summary>
    /// <param name="draft">Receives the values.</param>
    /// <param name="word">The word before the one at <paramref name="i"/>; begins with a dash.</param>
    /// <param name="words">The command line.</param>
    /// <param name="i">Advances past an argument.</param>
    /// <returns>The options taken.</returns>
    /// <exception cref="Failure">The option does not exist, or its argument is missing or invalid.</exception>
    public IReadOnlyList<TOption> Take(TDraft draft, string word, string[] words, ref int i)
    {
        if (grammar == Grammar.ScpLetters && !word.StartsWith("--", StringComparison.Ordinal))
        {
            return TakeLetters(draft, word, words, ref i);
        }

        if (Find(word) is { } option)
        {
            CheckDashes(option, word);
            option.Apply(draft, Argument(option, words, ref i));
            return [option];
        }

        return TakeValued(draft, word) is { } valued ? [valued] : TakeFlags(draft, word);
    }

    /// <summary>Takes the next word where options and operands come in any order; all words after -- are operands.</summary>
    /// <param name="draft">Receives the values of options.</param>
    /// <param name="operands">Receives the operands.</param>
    /// <param name="words">The command line.</param>
    /// <param name="i">The index of the word; advances past it and its argument.</param>
    public void TakeAny(TDraft draft, List<string> operands, string[] words, ref int i)
    {
        var word = words[i++];
        if (word == "--")
        {
            operands.AddRange(words[i..]);
            i = words.Length;
        }
        else if (!word.StartsWith('-') || word == "-")
        {
            operands.Add(word);
        }
        else
        {
            Take(draft, word, words, ref i);
        }
    }

    /// <summary>A hint of the engine with this program's option names; clauses that name an option it lacks are dropped.</summary>
    public string Spell(string hint) => HintText.Spell(hint, word => Find(word)?.Name);

    private bool IsSame(string name, string word) => name.Length > 0
        && (name == word || (grammar == Grammar.SingleDashWords && name.Length > 2 && IsDashed(word) && name.TrimStart('-') == word.TrimStart('-')));

    /// <summary>Begins with one dash or two.</summary>
    private static bool IsDashed(string word) => word.StartsWith('-') && !word.StartsWith("---", StringComparison.Ordinal);

    private static void CheckDashes(TOption option, string word)
    {
        if (option.OneDashHint.Length > 0 && !word.StartsWith("--", StringComparison.Ordinal))
        {
            throw Usage($"{word}: no such option", option.OneDashHint);
        }
    }

    private static string Argument(TOption option, string[] words, ref int i) =>
        option.NeedsArgument ? Next(option, words, ref i)
        : i < words.Length && option.Choices.Contains(words[i]) ? words[i++]
        : "";

    private static string Next(TOption option, string[] words, ref int i) =>
        i < words.Length ? words[i++] : throw Usage($"{option.Name}: the argument is missing", $"write {option.Name} {option.Argument}");

    /// <summary>-rpP22: the argument of the last letter is the rest of the word, or the next word.</summary>
    private List<TOption> TakeLetters(TDraft draft, string word, string[] words, ref int i)
    {
        var taken = new List<TOption>();
        for (var at = 1; at < word.Length; at++)
        {
            var option = Find($"-{word[at]}") ?? throw Unknown($"-{word[at]}", word);
            taken.Add(option);
            if (option.NeedsArgument)
            {
                Apply(option, draft, word, at + 1 < word.Length ? word[(at + 1)..] : Next(option, words, ref i));
                break;
            }

            option.Apply(draft, "");
        }

        return taken;
    }

    /// <summary>The error for an unknown letter. For -version, it suggests --version.</summary>
    private Failure Unknown(string letter, string word) => Find($"-{word}") is null
        ? Usage($"{letter}: no such option", Nearest(word))
        : Usage($"{word}: no such option", $"did you mean -{word}?");

    /// <summary>Applies a letter with its argument. -rate is -r with the argument ate, or --rate with a missing dash.</summary>
    private void Apply(TOption option, TDraft draft, string word, string argument)
    {
        try
        {
            option.Apply(draft, argument);
        }
        catch (Failure e) when (Find($"-{word}") is not null)
        {
            throw new Failure(e.Code, e.Message, $"did you mean -{word}?");
        }
    }

    /// <summary>--exclude=PATTERN; null if the word has no such form.</summary>
    private TOption? TakeValued(TDraft draft, string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || Find(word[..equals]) is not { } option)
        {
            return null;
        }

        var (name, value) = (word[..equals], word[(equals + 1)..]);
        if (!word.StartsWith("--", StringComparison.Ordinal))
        {
            throw Usage($"{word}: no such option", option.Argument.Length > 0 ? $"write {name} {value}: the argument is a separate word" : $"write {name}");
        }

        if (option.Argument.Length == 0)
        {
            throw Usage($"{name}: takes no argument", $"write {name}");
        }

        option.Apply(draft, value);
        return option;
    }

    /// <summary>-zv: bundled single-letter flags.</summary>
    private List<TOption> TakeFlags(TDraft draft, string word)
    {
        var flags = word[1..].Select(letter => Find($"-{letter}")).OfType<TOption>().Where(option => option.IsLetterFlag).ToList();
        if (flags.Count < word.Length - 1 || flags.Count == 0 || !AllowsBundles)
        {
            throw Usage($"{word.Split('=')[0]}: no such option", Nearest(word.Split('=')[0]));
        }

        flags.ForEach(flag => flag.Apply(draft, ""));
        return flags;
    }

    /// <summary>False for dmscp, which never had bundles: -rw is a mistake there, not two directions.</summary>
    public bool AllowsBundles { get; init; } = true;

    private string Nearest(string word)
    {
        var near = NearName.Of(word, all.SelectMany(option => option.Names).Select(static name => name.StartsWith("--", StringComparison.Ordinal) ? name[1..] : name));
        var known = near.Length == 0 ? null : Find(near) ?? Find($"-{near}");
        return known is null ? $"{program} -h lists the options" : $"did you mean {known.Names.FirstOrDefault(name => name.TrimStart('-') == near.TrimStart('-')) ?? known.Name}?";
    }

    private static Failure Usage(string cause, string hint) => new(ExitCode.Usage, cause, hint);
}
