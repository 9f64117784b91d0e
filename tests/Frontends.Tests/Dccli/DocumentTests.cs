using System.Text.RegularExpressions;
using Pipe.Engine;
using Pipe.Dccli;

namespace Frontends.Tests.Dccli;

/// <summary>The option table is the truth; usage text, manual page and completions have to say the same.</summary>
public sealed class DocumentTests
{
    private static readonly string Page = Repository.Read("man/dccli.1");

    private static IEnumerable<string> Names => Options.All.SelectMany(option => NamesOf(option)).Order(StringComparer.Ordinal);

    private static IEnumerable<string> NeedingArgument => Options.All.Where(option => option.NeedsArgument).SelectMany(option => option.Names).Order(StringComparer.Ordinal);

    [Fact]
    public void The_table_is_sound()
    {
        Assert.Equal(Names, Names.Distinct());
        Assert.All(Options.All, option => Assert.Contains(option.Group, Options.Groups));
        Assert.All(Options.All, option => Assert.Matches(option.Name.Length == 2 ? "^-[A-Za-z0-9]$" : "^--[a-z0-9-]+$", option.Name));
    }

    [Fact]
    public void The_usage_text_has_a_line_for_each_option_and_no_other()
    {
        var text = Usage.Text();
        Assert.Equal(Options.All.Select(option => option.Name).Order(StringComparer.Ordinal), Sorted(Matches(text, @"^  (--?\w[\w-]*)")));
        Assert.All(Options.All, option => Assert.Contains(option.Help + "\n", text));
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public void The_manual_page_has_an_entry_for_each_option_and_no_other()
    {
        var section = Section("OPTIONS");
        Assert.Equal(Names, Sorted(Matches(section, @"^\.It Fl (.*)$").SelectMany(FlagsOf)));
        Assert.All(Options.All.Where(option => option.NeedsArgument && option.Argument.All(char.IsAsciiLetterUpper)), option => Assert.Contains($".It Fl {string.Join(" , ", option.Names.Select(name => name[1..]))} Ar {option.Argument}\n", section));
    }

    [Fact]
    public void The_manual_page_speaks_of_no_option_that_does_not_exist() =>
        Assert.Empty(Matches(Page[Page.IndexOf(".Sh DESCRIPTION", StringComparison.Ordinal)..], @"\bFl (-?\w[\w-]*)").Where(name => name != "Ns").Select(name => "-" + name).Except(Names));

    [Fact]
    public void The_synopsis_has_each_letter()
    {
        var synopsis = Section("SYNOPSIS");
        var letters = Matches(synopsis, @"^\.Op Fl (\w+)$").Concat(Matches(synopsis, @"^\.Op Fl (\w) Ar")).SelectMany(text => text).Select(letter => $"-{letter}");
        Assert.Equal(Names.Where(name => name.Length == 2 && name != "-h"), Sorted(letters));
    }

    [Fact]
    public void The_examples_of_the_manual_page_parse()
    {
        var lines = Matches(Section("EXAMPLES"), @"^\.Dl dccli (.*)$");
        Assert.Equal(6, lines.Count);
        Assert.Equal([3, 128, 128, 1, 2, 0], lines.Select(line => Parser.Parse([.. ShellWords.Split(line)], _ => ["host:/srv"]).Destinations.Count));
    }

    [Fact]
    public void Bash_completes_each_option_and_no_other() => Assert.Equal(Names, Sorted(Completed("-")));

    [Fact]
    public void Bash_completes_files() => Assert.Contains("passwd", Completed("-r", "pass"));

    [Fact]
    public void Zsh_knows_each_option_and_no_other()
    {
        var text = Repository.Read("install/completions/_dccli");
        Assert.Equal(Names, Sorted(Matches(text, @"^  '(?:\([^)]*\))?\*?(--?\w[\w-]*)=?\[")));
        Assert.Equal(
            Sorted(Options.All.Where(option => option.Argument.Length > 0).SelectMany(option => option.Names)),
            Sorted(Matches(text, @"^  '(?:\([^)]*\))?\*?(--?\w[\w-]*)=?\[[^]]*\]:")));
    }

    [Fact]
    public void Fish_knows_each_option_and_no_other()
    {
        var lines = Repository.Read("install/completions/dccli.fish").Split('\n').Where(line => line.StartsWith("complete", StringComparison.Ordinal)).ToArray();
        Assert.Equal(Names, Sorted(lines.SelectMany(FishNames)));
        Assert.Equal(NeedingArgument, Sorted(lines.Where(line => Regex.IsMatch(line, " -[rx] ")).SelectMany(FishNames)));
    }

    private static IEnumerable<string> NamesOf(Option<Draft> option) => option.Names;

    /// <summary>"Z , -resume" or "-exclude Ar PATTERN".</summary>
    private static IEnumerable<string> FlagsOf(string entry) => Regex.Split(entry, " (?:Ar|Cm|Op) ")[0].Split(" , ").Select(name => "-" + name);

    private static IEnumerable<string> FishNames(string line) =>
        Regex.Matches(line, @" -s (\w)").Select(match => "-" + match.Groups[1].Value).Concat(Regex.Matches(line, @" -l ([\w-]+)").Select(match => "--" + match.Groups[1].Value));

    private static string[] Completed(params string[] words)
    {
        var file = ShellWords.Quote(Path.Combine(Repository.Root, "install/completions/dccli.bash"));
        var line = string.Join(' ', words.Select(ShellWords.Quote));
        var script = $"source {file}; COMP_WORDS=(dccli {line}); COMP_CWORD={words.Length}; _dccli; printf '%s\\n' \"${{COMPREPLY[@]}}\"";
        return Shell.Run(script, "/etc").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static List<string> Matches(string text, string pattern) =>
        [.. Regex.Matches(text, pattern, RegexOptions.Multiline).Select(match => match.Groups[1].Value)];

    private static IEnumerable<string> Sorted(IEnumerable<string> names) => names.Order(StringComparer.Ordinal);

    private static string Section(string name)
    {
        var start = Page.IndexOf($".Sh {name}\n", StringComparison.Ordinal);
        return Page[start..Page.IndexOf("\n.Sh ", start + 1, StringComparison.Ordinal)];
    }
}
