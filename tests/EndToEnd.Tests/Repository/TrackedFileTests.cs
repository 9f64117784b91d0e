using System.Text;

namespace EndToEnd.Tests.Repository;

/// <summary>Rules for every file of the checkout.</summary>
public sealed class TrackedFileTests
{
    [Fact]
    public void No_file_names_a_place_on_the_machine_it_was_written_on()
    {
        // Put together here, or this file would name them too.
        string[] places = ["/wo" + "rk/", "/ro" + "ot/", "/tmp/" + "h-", "nuget" + ".org", "/v3/" + "index.json"];
        var wrong =
            from file in Checkout.Files()
            let text = Checkout.Text(file)
            from place in places
            where text.Contains(place, StringComparison.OrdinalIgnoreCase)
            select $"{file}: {place}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_text_ends_with_a_line_end_and_has_no_trailing_blanks()
    {
        string[] kinds = [".cs", ".csproj", ".props", ".md", ".sh", ".json", ".1", ".7", ".bash", ".fish"];
        var wrong = Checkout.Files()
            .Where(file => kinds.Contains(Path.GetExtension(file)))
            .Where(file => !IsTidy(Checkout.Text(file)));
        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_script_is_executable_and_its_shell_can_parse_it()
    {
        foreach (var (file, shell) in Scripts())
        {
            Assert.True(File.GetUnixFileMode(Checkout.PathOf(file)).HasFlag(UnixFileMode.UserExecute), $"{file} is not executable");
            if (FactNeedingAttribute.IsInstalled(shell))
            {
                var ran = Checkout.Run(shell, "-n", Checkout.PathOf(file));
                Assert.True(ran.Status == 0, ran.All);
            }
        }
    }

    [FactNeeding("shellcheck")]
    public void Shellcheck_finds_nothing_in_the_scripts()
    {
        foreach (var (file, _) in Scripts().Where(script => script.Shell is "sh" or "bash"))
        {
            var ran = Checkout.Run("shellcheck", Checkout.PathOf(file));
            Assert.True(ran.Status == 0, ran.All);
        }
    }

    private static bool IsTidy(string text) =>
        text.Length == 0 || (text.EndsWith('\n') && !text.Split('\n').Any(line => line.EndsWith(' ') || line.EndsWith('\t') || line.EndsWith('\r')));

    private static IEnumerable<(string File, string Shell)> Scripts() =>
        from file in Checkout.Files()
        let shell = ShellOf(file)
        where shell is not null
        select (file, shell);

    /// <summary>The shell named in the first line, after <c>#!</c>.</summary>
    private static string? ShellOf(string file)
    {
        var first = File.ReadLines(Checkout.PathOf(file), Encoding.Latin1).FirstOrDefault() ?? "";
        if (!first.StartsWith("#!", StringComparison.Ordinal))
        {
            return null;
        }

        var shell = first[2..].Split('/', ' ')[^1];
        return shell is "sh" or "bash" or "tcsh" or "csh" or "fish" or "zsh" ? shell : null;
    }
}
