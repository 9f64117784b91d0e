using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe;

/// <summary>Reads a dmscp command line: single-dash words in any order, the last occurrence wins.</summary>
internal static class Parser
{
    private const string ListHint = "dmscp -h lists the options";

    /// <summary>Throws <see cref="Failure"/> for a line that makes no sense; -h and -version end the reading.</summary>
    public static Request Parse(params string[] words)
    {
        var draft = new Draft();
        for (var i = 0; i < words.Length && draft.Errand is not (Errand.Usage or Errand.Version);)
        {
            var option = Options.Find(words[i]) ?? throw Stranger(words[i]);
            i++;
            option.Apply(draft, Argument(option, words, ref i));
        }

        if (draft.Server && words.Length > 1 && draft.Errand is not (Errand.Usage or Errand.Version))
        {
            throw Usage($"{(draft.Errand == Errand.Wait ? "-spare" : "-server")} stands alone", "all that the server needs to know comes over its standard input");
        }

        var errand = draft is { Errand: Errand.Copy, IsEndOnly: true } ? Errand.EndLogin : draft.Errand;
        var plan = errand == Errand.EndLogin ? draft.ToEnd() : errand is Errand.Copy or Errand.PrintPlan ? draft.ToPlan() : null;
        return new Request(errand, plan, draft.Progress, draft.Events, draft.Verbosity);
    }

    private static string Argument(Option option, string[] words, ref int i)
    {
        if (!option.NeedsArgument && !(i < words.Length && option.Choices.Contains(words[i])))
        {
            return "";
        }

        return i < words.Length
            ? words[i++]
            : throw Usage($"{option.Name}: the argument is missing", $"write {option.Name} {option.Argument}");
    }

    private static Failure Stranger(string word)
    {
        if (!word.StartsWith('-'))
        {
            return Usage($"{(word.Length > 0 ? word : "''")}: not an option", "files are named with -f and -l, commands with -R and -L");
        }

        return Usage($"{word}: no such option", Hint(word));
    }

    private static string Hint(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        if (equals > 0 && Options.Find(word[..equals]) is { Argument.Length: > 0 } option)
        {
            return $"write {option.Name} {word[(equals + 1)..]}: the argument is a word of its own";
        }

        var near = NearName.Of(word, Options.All.Select(known => known.Name));
        return near.Length > 0 ? $"did you mean {near}?" : ListHint;
    }

    private static Failure Usage(string cause, string hint) => new(ExitCode.Usage, cause, hint);
}
