using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Yscp;

/// <summary>
/// Reads a yscp command line as scp reads its own: letters may be bundled, their argument follows in the same word or in the next,
/// options end at the first word that is none. Words of two dashes are ours.
/// </summary>
internal static class Parser
{
    private const string ListHint = "yscp -h lists the options";

    /// <summary>Throws <see cref="Failure"/> for a line that makes no sense; -h and --version end the reading.</summary>
    public static Order Parse(params string[] words)
    {
        var draft = new Draft();
        var i = 0;
        while (!IsAnswered(draft) && i < words.Length && words[i].Length > 1 && words[i][0] == '-')
        {
            var word = words[i++];
            if (word == "--")
            {
                break;
            }

            if (word.StartsWith("--", StringComparison.Ordinal))
            {
                Word(draft, word, words, ref i);
            }
            else
            {
                Letters(draft, word, words, ref i);
            }
        }

        return IsAnswered(draft) ? new Order(draft.Errand, [], "", false, "", 0) : Transfers.Of(draft, words[i..]);
    }

    private static bool IsAnswered(Draft draft) => draft.Errand is Errand.Usage or Errand.Version;

    private static void Word(Draft draft, string word, string[] words, ref int i)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? word : word[..equals];
        var option = Options.Find(name) ?? throw Usage($"{name}: no such option", ListHint);
        if (equals >= 0 && !option.NeedsArgument)
        {
            throw Usage($"{name}: takes no argument", $"write {name}");
        }

        option.Apply(draft, !option.NeedsArgument ? "" : equals >= 0 ? word[(equals + 1)..] : Next(option, words, ref i));
    }

    private static void Letters(Draft draft, string word, string[] words, ref int i)
    {
        for (var at = 1; at < word.Length; at++)
        {
            var option = Options.Find($"-{word[at]}") ?? throw Usage($"-{word[at]}: no such option", ListHint);
            if (option.NeedsArgument)
            {
                option.Apply(draft, at + 1 < word.Length ? word[(at + 1)..] : Next(option, words, ref i));
                return;
            }

            option.Apply(draft, "");
        }
    }

    private static string Next(Option option, string[] words, ref int i) =>
        i < words.Length ? words[i++] : throw Usage($"{option.Name}: the argument is missing", $"write {option.Name} {option.Argument}");

    private static Failure Usage(string cause, string hint) => new(ExitCode.Usage, cause, hint);
}
