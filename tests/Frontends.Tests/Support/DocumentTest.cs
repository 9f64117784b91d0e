using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Frontends.Tests;

/// <summary>Compares usage text, manual page and completions of a front end with its option table.</summary>
/// <param name="program">Name of the front end.</param>
/// <param name="usage">The output of -h.</param>
/// <param name="groups">Headings of the usage text.</param>
/// <param name="options">The table: the names of each option, its group, and whether it requires an argument.</param>
/// <param name="find">Finds the name of the option for a word.</param>
public abstract class DocumentTest(string program, string usage, string[] groups, IReadOnlyList<(string[] Names, string Group, bool NeedsArgument, bool MayHaveArgument)> options, Func<string, string?> find)
{
    private protected string Page { get; } = Repository.Read($"man/{program}.1");

    private IEnumerable<string> Names => Sorted(options.SelectMany(option => option.Names));

    private IEnumerable<string> WithArgument => Sorted(options.Where(option => option.NeedsArgument).SelectMany(option => option.Names));

    private IEnumerable<string> WithOptionalArgument => Sorted(options.Where(option => option.MayHaveArgument).SelectMany(option => option.Names));

    [Fact]
    public void The_table_is_sound()
    {
        Assert.Equal(Names, Names.Distinct());
        Assert.All(options, option => Assert.All(option.Names, name => Assert.Equal(option.Names[0], find(name))));
        Assert.All(options, option => Assert.Contains(option.Group, groups));
    }

    [Fact]
    public void The_usage_text_has_a_line_for_each_option_and_no_other()
    {
        Assert.Equal(Names, Sorted(Matches(usage, @"^  (-[^\s,]+(?:, --\S+)*)").SelectMany(names => names.Split(", "))));
        Assert.All(usage.Split('\n'), line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public void The_manual_page_has_an_entry_for_each_option_and_no_other()
    {
        Assert.Equal(Names, Sorted(Matches(Section("OPTIONS"), @"^\.It Fl (\S+(?: , \S+)*)").SelectMany(names => names.Split(" , ")).Select(Dashed)));
        Assert.Empty(Matches(Page, @"\bFl ([\w\\-]+)").Where(name => name != "Ns").Select(Dashed).Except(Names));
    }

    [Fact]
    public void Bash_completes_each_option_and_no_other()
    {
        var file = Path.Combine(Repository.Root, $"install/completions/{program}.bash");
        var start = new ProcessStartInfo("bash", ["-c", $"source '{file}'; COMP_WORDS=({program} -); COMP_CWORD=1; _{program}; printf '%s\\n' \"${{COMPREPLY[@]}}\""]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        Assert.Equal(Names, Sorted(process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public void Zsh_knows_each_option_and_no_other()
    {
        var text = Repository.Read($"install/completions/_{program}");
        Assert.Equal(Names, Sorted(Matches(text, @"^  '(?:\([^)]*\))?\*?(-[\w-]+)\[")));
        Assert.Equal(Sorted(WithArgument.Concat(WithOptionalArgument)), Sorted(Matches(text, @"^  '(?:\([^)]*\))?\*?(-[\w-]+)\[[^]]*\]:")));
    }

    [Fact]
    public void Zsh_gets_all_options_in_one_command()
    {
        var text = Repository.Read($"install/completions/_{program}");
        var lines = text[text.IndexOf("_arguments", StringComparison.Ordinal)..].TrimEnd().Split('\n');
        Assert.All(lines[..^1], line => Assert.EndsWith(" \\", line));
        Assert.False(lines[^1].EndsWith('\\'));
    }

    [Fact]
    public void Fish_knows_each_option_and_no_other()
    {
        var text = Repository.Read($"install/completions/{program}.fish");
        Assert.Equal(Names, Sorted(Matches(text, $@"^complete -c {program} -([osl] \S+)").Select(Fish)));
        Assert.Equal(WithArgument, Sorted(Matches(text, $@"^complete -c {program} -([osl] \S+) -[rx]").Select(Fish)));
    }

    private protected string Section(string name)
    {
        var start = Page.IndexOf($".Sh {name}\n", StringComparison.Ordinal);
        return Page[start..Page.IndexOf("\n.Sh ", start + 1, StringComparison.Ordinal)];
    }

    /// <summary>Converts "\-name", as the page writes a long option after Fl, to the name with its dashes.</summary>
    private protected static string Dashed(string name) => "-" + name.Replace("\\-", "-", StringComparison.Ordinal);

    private protected static List<string> Matches(string text, string pattern) =>
        [.. Regex.Matches(text, pattern, RegexOptions.Multiline).Select(match => match.Groups[1].Value)];

    private protected static IEnumerable<string> Sorted(IEnumerable<string> names) => names.Order(StringComparer.Ordinal);

    private static string Fish(string option) => option.StartsWith("l ", StringComparison.Ordinal) ? $"--{option[2..]}" : $"-{option[2..]}";
}
