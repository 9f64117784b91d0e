using System.Text;
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

    /// <summary>A change of this table is a change of what users type: it is reviewed here.</summary>
    [Fact]
    public void The_words_have_these_names_in_the_programs() =>
        Assert.Equal(Repository.Read("tests/Frontends.Tests/program-options.txt"), Table());

    private static string Table()
    {
        var text = new StringBuilder().Append(Row("word", Programs.Select(program => program.Program)));
        foreach (var word in OptionWord.All.Order(StringComparer.Ordinal))
        {
            text.Append(Row(word, Programs.Select(program => program.NameOf(word) ?? "")));
        }

        return text.ToString();
    }

    private static string Row(string word, IEnumerable<string> names) =>
        $"{word,-18}{string.Concat(names.Select(name => $"{name,-18}"))}".TrimEnd() + "\n";
}
