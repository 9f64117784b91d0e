using System.Text.RegularExpressions;
using Pipe.Engine;

namespace Pipe.Tests;

/// <summary>The engine calls options by their words; each program shows hints in the spelling of its own table.</summary>
public sealed class HintTests
{
    private const string Ways = "--connect auto tries other ways, --ports LOW-HIGH names ports that are open";

    [Theory]
    [InlineData("dmscp", "--timeout SECONDS allows more", "-timeout SECONDS allows more")]
    [InlineData("ytar", "--timeout SECONDS allows more", "-timeout SECONDS allows more")]
    [InlineData("yscp", "--timeout SECONDS allows more", "--timeout SECONDS allows more")]
    [InlineData("dmscp", Ways, "-connect auto tries other ways, -p LOW-HIGH names ports that are open")]
    [InlineData("yscp", Ways, Ways)]
    [InlineData("yarchive", "--wait SECONDS waits longer; --resume continues an archive", "--wait SECONDS waits longer; --resume continues an archive")]
    [InlineData("dmscp", "--wait SECONDS waits longer; --resume continues an archive", "-T SECONDS waits longer; -resume continues an archive")]
    [InlineData("yscp", "--remote-command 'cat FILE' copies it as a stream", "")]
    [InlineData("ytar", "./quickinstall.sh --ssh 'ssh -p 2' h installs it there; --hsm SYSTEM names one", "./quickinstall.sh --ssh 'ssh -p 2' h installs it there")]
    [InlineData("yscp", "make some room", "make some room")]
    [InlineData("dolly", "--timeout SECONDS allows more", "-a SECONDS allows more")]
    [InlineData("dolly", "did you mean --timeout?", "did you mean --timeout?")]
    [InlineData("dccli", "write ./--help for a file of this name", "write ./--help for a file of this name")]
    public void A_program_shows_hints_in_its_own_spelling_and_only_options_that_it_has(string program, string hint, string shown) =>
        Assert.Equal(shown, Applet.Find(program)!.Spell(hint));

    [Fact]
    public void All_words_are_listed_and_each_program_has_those_of_a_transfer()
    {
        var constants = typeof(OptionWord).GetFields().Select(field => (string)field.GetRawConstantValue()!);
        Assert.Equal(constants.Order(StringComparer.Ordinal), OptionWord.All.Order(StringComparer.Ordinal));
        Assert.All(OptionWord.All, word => Assert.Contains(Applet.All, applet => applet.Spell($"{word} X").Length > 0));
        string[] shared =
        [
            OptionWord.Ports, OptionWord.KeepLogin, OptionWord.Rate, OptionWord.Encrypt, OptionWord.Authenticate, OptionWord.Connect,
            OptionWord.Launch, OptionWord.SshConfig, OptionWord.SshOption, OptionWord.SshPort, OptionWord.Events, OptionWord.Timeout,
            OptionWord.Checksum, OptionWord.DataHost, OptionWord.Streams, OptionWord.Prefix, OptionWord.Bootstrap,
        ];
        // In a chain each node connects to the next one.
        Assert.All(from word in shared from applet in Applet.All where (word, applet.Name) is not (OptionWord.Connect, "dolly") select (word, applet), pair => Assert.NotEqual("", pair.applet.Spell($"{pair.word} X")));
    }

    /// <summary>A hint with an option in the spelling of one program would be wrong in the others.</summary>
    [Fact]
    public void No_text_of_the_engine_spells_an_option_by_itself()
    {
        var engine = Path.Combine(Repository.Root, "src/Pipe.Engine");
        var names = Options.All.Select(option => option.Name).ToHashSet();
        var texts = Directory.EnumerateFiles(engine, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith("OptionWord.cs", StringComparison.Ordinal))
            .SelectMany(file => Regex.Matches(File.ReadAllText(file), """(?<![\\"])"((?:[^"\\\n]|\\.)*)"(?!")""").Select(match => match.Groups[1].Value))
            .Where(text => text.Contains(' ', StringComparison.Ordinal) && !Regex.IsMatch(text, "dmscp -|/bin/|--ssh ")).ToList();
        Assert.InRange(texts.Count, 300, int.MaxValue);
        Assert.Empty(texts.SelectMany(OptionsIn).Where(names.Contains));
    }

    /// <summary>Words with one dash or two, and letters that an argument in capitals follows.</summary>
    private static IEnumerable<string> OptionsIn(string text) => Regex.Matches(text, @"(?<![\w-])(--?[a-zA-Z][\w-]*)( [A-Z]{2,}| ')?")
        .Where(match => match.Groups[1].Length > 2 || match.Groups[2].Length > 0)
        .Select(match => match.Groups[1].Value is var name && name.StartsWith("--", StringComparison.Ordinal) ? name[1..] : match.Groups[1].Value);
}
