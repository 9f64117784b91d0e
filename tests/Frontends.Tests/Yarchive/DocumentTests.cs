using System.Text.RegularExpressions;
using Pipe.Yarchive;

namespace Frontends.Tests.Yarchive;

public sealed class DocumentTests() : DocumentTest(
    "yarchive",
    Usage.Text(),
    Options.Groups,
    [.. Options.All.Select(option => (option.Names.ToArray(), option.Group, option.NeedsArgument, option.Choices.Length > 0))],
    word => Options.Table.Find(word)?.Name)
{
    [Theory]
    [InlineData("put", 1)]
    [InlineData("get", 2)]
    [InlineData("verify", 4)]
    [InlineData("ls", 8)]
    [InlineData("info", 16)]
    [InlineData("rm", 32)]
    public void The_manual_page_says_which_options_go_with_a_verb(string name, int verb)
    {
        var lines = Regex.Match(Section("OPTIONS"), $@"^\.It Cm {name}\n((?:\.Fl .*\n)+)", RegexOptions.Multiline).Groups[1].Value;
        var listed = lines.Split([' ', '\n', ','], StringSplitOptions.RemoveEmptyEntries).Where(word => word != ".Fl").Select(Dashed);
        var own = Options.All.Where(option => option.Of != Verb.Any && option.Of.HasFlag((Verb)verb));
        Assert.Equal(Sorted(own.Select(option => option.Name)), Sorted(listed));
    }
}
