using System.Text;
using Pipe.CommandLine;
using Pipe.Engine;

namespace Frontends.Tests;

/// <summary>The letters and words of all programs, side by side: a letter belongs to the program that is imitated, a shared word is the same everywhere.</summary>
public sealed class ProgramOptionsTests
{
    private static readonly (string Program, Func<string, string?> NameOf)[] Programs =
    [
        ("dmscp", word => Pipe.Dmscp.Options.Table.Find(word)?.Name),
        ("yscp", word => Pipe.Yscp.Options.Table.Find(word)?.Name),
        ("ytar", word => Pipe.Ytar.Options.Table.Find(word)?.Name),
        ("dccli", word => Pipe.Dccli.Options.Table.Find(word)?.Name),
        ("yarchive", word => Pipe.Yarchive.Options.Table.Find(word)?.Name),
        ("dolly", word => Pipe.Dolly.Options.Table.Find(word)?.Name),
        ("lazyclone", word => Pipe.Lazyclone.Options.Table.Find(word)?.Name),
    ];

    /// <summary>The reason why a program lacks a word that the others share.</summary>
    private static readonly Dictionary<(string Program, string Word), string> Reasons = new()
    {
        [("dccli", OptionWord.VeryVerbose)] = "-v may be repeated",
        [("dolly", OptionWord.Connect)] = "data always come over a direct connection from the node before",
        [("dolly", OptionWord.VeryVerbose)] = "-v may be repeated",
        [("yscp", OptionWord.VeryVerbose)] = "-v may be repeated, as with scp",
    };

    /// <summary>The words that are meant for all programs.</summary>
    private static IEnumerable<string> SharedWords =>
        from @group in (string[])[TransferOptions.Where, TransferOptions.How, TransferOptions.Shown, TransferOptions.Else]
        from option in TransferOptions.Of<Pipe.Dmscp.Draft>(Grammar.ScpLetters, new Dictionary<string, string>(), @group)
        select option.Name;

    [Fact]
    public void A_program_lacks_a_shared_word_only_for_a_reason() =>
        Assert.Equal(
            Reasons.Keys.Order(),
            (from program in Programs from word in SharedWords where program.NameOf(word) is null select (program.Program, word)).Order());

    /// <summary>A change of this table changes command lines that users type, so it is reviewed here.</summary>
    [Fact]
    public void The_words_have_these_names_in_the_programs() =>
        Assert.Equal(Repository.Read("tests/Frontends.Tests/program-options.txt"), Table());

    [Fact]
    public void The_letters_have_these_meanings_in_the_programs() =>
        Assert.Equal(Repository.Read("tests/Frontends.Tests/program-letters.txt"), string.Concat(Letters().Order(StringComparer.Ordinal)));

    private static IEnumerable<string> Letters() =>
    [
        .. LettersOf("dmscp", Pipe.Dmscp.Options.Table.All),
        .. LettersOf("yscp", Pipe.Yscp.Options.Table.All),
        .. LettersOf("ytar", Pipe.Ytar.Options.Table.All),
        .. LettersOf("dccli", Pipe.Dccli.Options.Table.All),
        .. LettersOf("yarchive", Pipe.Yarchive.Options.Table.All),
        .. LettersOf("dolly", Pipe.Dolly.Options.Table.All),
        .. LettersOf("lazyclone", Pipe.Lazyclone.Options.Table.All),
    ];

    /// <summary>A line for each letter: its long word, or its help text if it has none.</summary>
    private static IEnumerable<string> LettersOf<TDraft>(string program, IEnumerable<Option<TDraft>> options) =>
        from option in options
        from name in option.Names.Append(option.Alias)
        where name.Length == 2
        let argument = option.Argument.Length > 0 ? $" {option.Argument}" : ""
        select $"{name} {program,-10}{(option.Word.Length > 0 ? option.Word : option.Help)}{argument}\n";

    private static string Table()
    {
        var text = new StringBuilder().Append(Row("word", Programs.Select(program => program.Program)));
        foreach (var word in OptionWord.All.Order(StringComparer.Ordinal))
        {
            text.Append(Row(word, Programs.Select(program => program.NameOf(word) ?? "")));
        }

        text.Append('\n').AppendJoin("", Reasons.OrderBy(static pair => pair.Key).Select(static pair => $"{pair.Key.Program} lacks {pair.Key.Word}: {pair.Value}\n"));
        return text.ToString();
    }

    private static string Row(string word, IEnumerable<string> names) =>
        $"{word,-18}{string.Concat(names.Select(name => $"{name,-18}"))}".TrimEnd() + "\n";
}
