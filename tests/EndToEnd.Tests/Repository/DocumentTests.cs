using System.Text.RegularExpressions;
using Pipe.Protocol;

namespace EndToEnd.Tests.Repository;

/// <summary>The documents describe the present tree.</summary>
public sealed partial class DocumentTests
{
    [FactNeeding("mandoc")]
    public void Manual_pages_pass_mandoc_without_a_warning()
    {
        var complaints =
            from page in Pages()
            let ran = Checkout.Run("mandoc", "-T", "lint", "-W", "warning", Checkout.PathOf(page))
            where ran.Status != 0 || ran.All.Length > 0
            select ran.All;
        Assert.Empty(complaints);
    }

    [Fact]
    public void Manual_pages_refer_only_to_sections_that_they_have()
    {
        var missing =
            from page in Pages()
            let text = Checkout.Text(page)
            from reference in SectionReference().Matches(text)
            from section in reference.Groups[1].Value.Split(" , ")
            where !text.Contains($"\n.Ss {section}\n", StringComparison.Ordinal) && !text.Contains($"\n.Sh {section}\n", StringComparison.Ordinal)
            select $"{page}: {section}";
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_name_of_the_program_has_a_manual_page_and_completions_and_stands_in_the_readme()
    {
        var readme = Checkout.Text("README.md");
        foreach (var name in Checkout.ProgramNames())
        {
            Assert.Contains($"man/{name}.1", Checkout.Files());
            Assert.Contains($"install/completions/{name}.bash", Checkout.Files());
            Assert.Contains($"install/completions/_{name}", Checkout.Files());
            Assert.Contains($"install/completions/{name}.fish", Checkout.Files());
            Assert.Contains($"`{name}`", readme, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_path_that_the_readme_names_exists()
    {
        var files = Checkout.Files();
        var named = PathInText().Matches(Checkout.Text("README.md")).Select(match => match.Value.TrimEnd('.', '/')).Distinct();
        Assert.Empty(named.Where(path => !files.Any(file => file == path || file.StartsWith(path + "/", StringComparison.Ordinal))));
    }

    [Fact]
    public void Every_script_that_people_start_stands_in_the_readme()
    {
        var readme = Checkout.Text("README.md");
        var scripts = Checkout.Files().Where(file => file is "quickinstall.sh" or "install/tarball" || file.EndsWith("/run", StringComparison.Ordinal));
        Assert.Empty(scripts.Where(script => !readme.Contains(script, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_exit_codes_in_the_readme_are_those_of_the_program()
    {
        var inReadme = ExitCodeRow().Matches(Checkout.Text("README.md")).Select(match => match.Groups[1].Value);
        var inProgram = Enum.GetValues<ExitCode>().Select(code => $"{(int)code}");
        Assert.Equal(inProgram, inReadme);
    }

    private static IEnumerable<string> Pages() =>
        Checkout.Files().Where(file => file.StartsWith("man/", StringComparison.Ordinal));

    /// <summary>A path into one of the directories of the checkout; with a word in capitals it is a pattern, not a path.</summary>
    [GeneratedRegex(@"(?<![\w/.$~-])(src|tests|man|install|frontends|\.ci)/[\w./-]*(?![\w*])")]
    private static partial Regex PathInText();

    /// <summary>One or more sections with commas between, without the punctuation that follows.</summary>
    [GeneratedRegex(@"^\.Sx (.+?)(?: [.,;:)]+)*$", RegexOptions.Multiline)]
    private static partial Regex SectionReference();

    [GeneratedRegex(@"^\| (\d+) \|", RegexOptions.Multiline)]
    private static partial Regex ExitCodeRow();
}
