namespace Pipe.Ssh.Tests;

/// <summary>The list of keywords in dmscp(1).</summary>
public sealed class PageTests
{
    [Fact]
    public void The_page_lists_exactly_the_supported_keywords()
    {
        var page = File.ReadAllText(PathOf("man/dmscp.1"));
        var list = page[page.IndexOf("It supports these keywords", StringComparison.Ordinal)..];
        list = list[..list.IndexOf("Keywords for terminals", StringComparison.Ordinal)];
        var listed = list.Split('\n').Select(static line => line.Split(' ')).Where(static words => words is [".Cm", ..]).Select(static words => words[1]);
        Assert.Equal(Keywords.Names.Concat(["Host", "Include"]).Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    private static string PathOf(string name)
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at!.FullName, "Pipe.sln")))
        {
            at = at.Parent;
        }

        return Path.Combine(at.FullName, name);
    }
}
