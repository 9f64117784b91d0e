using System.Diagnostics;
using System.Text.RegularExpressions;
using Pipe.Yarchive;

namespace Frontends.Tests.Yarchive;

/// <summary>The option table is the truth; usage text, manual page and completions have to say the same.</summary>
public sealed class DocumentTests
{
    private static readonly string Page = Repository.Read("man/yarchive.1");

    private static IEnumerable<string> Names => Sorted(Options.All.Select(option => option.Name));

    private static IEnumerable<string> WithArgument => Sorted(Options.All.Where(option => option.NeedsArgument).Select(option => option.Name));

    [Fact]
    public void The_table_is_sound()
    {
        Assert.Equal(Names, Names.Distinct());
        Assert.All(Options.All, option => Assert.Same(option, Options.Find(option.Name)));
        Assert.All(Options.All, option => Assert.Contains(option.Group, Options.Groups));
    }

    [Fact]
    public void The_usage_text_has_a_line_for_each_option_and_no_other()
    {
        var text = Usage.Text();
        Assert.Equal(Names, Sorted(Matches(text, @"^  (-\S+)")));
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public void The_manual_page_has_an_entry_for_each_option_and_no_other()
    {
        var start = Page.IndexOf(".Sh OPTIONS\n", StringComparison.Ordinal);
        var section = Page[start..Page.IndexOf("\n.Sh ", start + 1, StringComparison.Ordinal)];
        Assert.Equal(Names, Sorted(Matches(section, @"^\.It Fl (\S+)").Select(Dashed)));
        Assert.Empty(Matches(Page, @"\bFl ([\w\\-]+)").Where(name => name != "Ns").Select(Dashed).Except(Names));
    }

    [Fact]
    public void Bash_completes_each_option_and_no_other()
    {
        var file = Path.Combine(Repository.Root, "install/completions/yarchive.bash");
        var start = new ProcessStartInfo("bash", ["-c", $"source '{file}'; COMP_WORDS=(yarchive -); COMP_CWORD=1; _yarchive; printf '%s\\n' \"${{COMPREPLY[@]}}\""]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        Assert.Equal(Names, Sorted(process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public void Zsh_knows_each_option_and_no_other()
    {
        var text = Repository.Read("install/completions/_yarchive");
        Assert.Equal(Names, Sorted(Matches(text, @"^  '(?:\([^)]*\))?\*?(-[\w-]+)\[")));
        Assert.Equal(WithArgument, Sorted(Matches(text, @"^  '(?:\([^)]*\))?\*?(-[\w-]+)\[[^]]*\]:")));
    }

    [Fact]
    public void Fish_knows_each_option_and_no_other()
    {
        var text = Repository.Read("install/completions/yarchive.fish");
        Assert.Equal(Names, Sorted(Matches(text, @"^complete -c yarchive -([osl] \S+)").Select(Fish)));
        Assert.Equal(WithArgument, Sorted(Matches(text, @"^complete -c yarchive -([osl] \S+) -[rx]").Select(Fish)));
    }

    private static string Fish(string option) => option.StartsWith("l ", StringComparison.Ordinal) ? $"--{option[2..]}" : $"-{option[2..]}";

    /// <summary>The page writes a long option as Fl \-name.</summary>
    private static string Dashed(string name) => "-" + name.Replace("\\-", "-", StringComparison.Ordinal);

    private static List<string> Matches(string text, string pattern) =>
        [.. Regex.Matches(text, pattern, RegexOptions.Multiline).Select(match => match.Groups[1].Value)];

    private static IEnumerable<string> Sorted(IEnumerable<string> names) => names.Order(StringComparer.Ordinal);
}
