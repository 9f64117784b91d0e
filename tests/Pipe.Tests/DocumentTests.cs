using System.Text.RegularExpressions;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Tests;

/// <summary>The option table is the truth; usage text, manual page and completions have to say the same.</summary>
public sealed class DocumentTests
{
    private static readonly string Page = Repository.Read("man/dmscp.1");

    private static IEnumerable<string> Names => Options.All.SelectMany(option => option.Names).Order(StringComparer.Ordinal);

    [Fact]
    public void The_table_is_sound()
    {
        Assert.Equal(Names, Names.Distinct());
        Assert.All(Options.All, option => Assert.Contains(option.Group, Options.Groups));
        Assert.All(Options.All, option => Assert.Matches("^[a-z-].*[^.]$", option.Help));
    }

    [Fact]
    public void The_usage_text_has_a_line_for_each_option_and_no_other()
    {
        var text = Usage.Text();
        Assert.Equal(Names, Sorted(Matches(text, @"^  (-[^\s,]+(?:, --\S+)*)").SelectMany(names => names.Split(", "))));
        Assert.All(Options.All, option => Assert.Matches($@"(?m)^  {Regex.Escape(option.Left)}\s+{Regex.Escape(option.Help)}$", text));
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public void The_manual_page_has_an_entry_for_each_option_and_no_other()
    {
        var section = Section("OPTIONS");
        Assert.Equal(Names, Sorted(Matches(section, @"^\.It Fl (\S+(?: , \S+)*)").SelectMany(names => names.Split(" , ")).Select(Dashed)));
        Assert.All(
            Options.All.Where(option => option.NeedsArgument && option.Argument.All(char.IsAsciiLetterUpper)),
            option => Assert.Contains($".It Fl {string.Join(" , ", option.Names.Select(Undashed))} Ar {option.Argument}\n", section));
    }

    [Fact]
    public void The_manual_page_speaks_of_no_option_that_does_not_exist() =>
        Assert.Empty(Matches(Page, @"\bFl ([\w\\-]+)").Where(name => name != "Ns").Select(Dashed).Except(Names));

    [Fact]
    public void The_manual_page_lists_the_exit_codes() =>
        Assert.Equal(Enum.GetValues<ExitCode>().Select(code => $"{(int)code}"), Matches(Section("EXIT STATUS"), @"^\.It (\d+)"));

    [Fact]
    public void The_examples_of_the_manual_page_parse()
    {
        var lines = Matches(Section("EXAMPLES"), @"^(.*dmscp .*)$");
        Assert.Equal(11, lines.Count);
        foreach (var line in lines)
        {
            var words = ShellWords.Split(line[line.IndexOf("dmscp ", StringComparison.Ordinal)..]);
            Assert.NotNull(Parser.Parse([.. words.Skip(1).TakeWhile(word => word is not ("|" or "<" or ">"))]).Plan);
        }
    }

    [Fact]
    public void The_manual_page_is_clean()
    {
        var lint = Shell.Run($"command -v mandoc >/dev/null || exit 0; mandoc -T lint -W warning {ShellWords.Quote(Path.Combine(Repository.Root, "man/dmscp.1"))}");
        Assert.Equal("", lint.Text);
        Assert.Equal(0, lint.Status);
    }

    [Fact]
    public void Bash_completes_each_option_and_no_other()
    {
        var shell = Completed("-");
        Assert.Equal(Names, Sorted(shell));
        var known = Matches(Repository.Read("install/completions/dmscp.bash"), @"^    ((?:-\S+ \| )*-[\w-]+)\)").SelectMany(line => line.Split(" | "));
        Assert.Equal(Sorted(Options.All.Where(option => option.Argument.Length > 0).SelectMany(option => option.Names)), Sorted(known));
    }

    [Fact]
    public void Bash_completes_the_kinds_of_checksum() =>
        Assert.Equal(Options.Table.Find("-checksum")!.Choices, Completed("-checksum", "").TakeWhile(word => !word.StartsWith('-')));

    [Fact]
    public void Bash_completes_hosts_from_the_ssh_configuration_and_known_hosts()
    {
        using var home = new Scratch();
        Directory.CreateDirectory(home[".ssh"]);
        File.WriteAllText(home[".ssh/config"], "Host alpha beta* !gamma\n  HostName x\nhost delta\n");
        File.WriteAllText(home[".ssh/known_hosts"], "|1|x|y ssh-rsa A\nepsilon,[zeta]:22 ssh-rsa A\n# eta\n");
        var shell = Shell.Run($"HOME={ShellWords.Quote(home.Directory)}; {Completion(["-s", ""])}", "/bin/bash");
        Assert.Equal(["alpha", "delta", "epsilon", "zeta"], Sorted(shell.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public void Zsh_knows_each_option_and_no_other()
    {
        var text = Repository.Read("install/completions/_dmscp");
        Assert.Equal(Names, Sorted(Matches(text, @"^  '(?:\([^)]*\))?\*?(-[\w-]+)\[")));
        Assert.Equal(
            Sorted(Options.All.Where(option => option.Argument.Length > 0).SelectMany(option => option.Names)),
            Sorted(Matches(text, @"^  '(?:\([^)]*\))?\*?(-[\w-]+)\[[^]]*\]:")));
        Assert.Contains($"({string.Join(' ', Options.Table.Find("-checksum")!.Choices)})", text);
    }

    [Fact]
    public void Zsh_gets_all_options_in_one_command()
    {
        var text = Repository.Read("install/completions/_dmscp");
        var lines = text[text.IndexOf("_arguments", StringComparison.Ordinal)..].TrimEnd().Split('\n');
        Assert.All(lines[..^1], line => Assert.EndsWith(" \\", line));
        Assert.False(lines[^1].EndsWith('\\'));
    }

    [Fact]
    public void Fish_knows_each_option_and_no_other()
    {
        var text = Repository.Read("install/completions/dmscp.fish");
        Assert.Equal(Names, Sorted(Matches(text, @"^complete -c dmscp -([ol] \S+)").Select(Fish)));
        Assert.Equal(
            Sorted(Options.All.Where(option => option.NeedsArgument).SelectMany(option => option.Names)),
            Sorted(Matches(text, @"^complete -c dmscp -([ol] \S+) -[rx]").Select(Fish)));
        Assert.Contains($"-a '{string.Join(' ', Options.Table.Find("-checksum")!.Choices)}'", text);
    }

    /// <summary>The page writes the second dash of a long word as \-.</summary>
    private static string Dashed(string name) => "-" + name.Replace("\\-", "-", StringComparison.Ordinal);

    private static string Undashed(string name) => name.StartsWith("--", StringComparison.Ordinal) ? $"\\-{name[2..]}" : name[1..];

    private static string Fish(string option) => option.StartsWith("l ", StringComparison.Ordinal) ? $"--{option[2..]}" : $"-{option[2..]}";

    private static string[] Completed(params string[] words) =>
        Shell.Run(Completion(words), "/bin/bash").Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string Completion(string[] words)
    {
        var file = ShellWords.Quote(Path.Combine(Repository.Root, "install/completions/dmscp.bash"));
        var line = string.Join(' ', words.Select(ShellWords.Quote));
        return $"source {file}; COMP_WORDS=(dmscp {line}); COMP_CWORD={words.Length}; _dmscp; printf '%s\\n' \"${{COMPREPLY[@]}}\"";
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
