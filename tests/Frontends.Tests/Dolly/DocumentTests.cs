using Pipe.Dolly;
using Pipe.Engine;

namespace Frontends.Tests.Dolly;

public sealed class DocumentTests() : DocumentTest(
    "dolly",
    Usage.Text(),
    Options.Groups,
    [.. Options.All.Select(option => (option.Names.ToArray(), option.Group, option.NeedsArgument, option.Choices.Length > 0))],
    word => Options.Table.Find(word)?.Name)
{
    [Fact]
    public void The_examples_of_the_manual_page_parse()
    {
        var lines = Matches(Section("EXAMPLES"), @"^\.Dl dolly (.*)$");
        Assert.Equal(7, lines.Count);
        Assert.All(lines, line => Parser.Parse([.. ShellWords.Split(line)], _ => "infile i\noutfile o\nn1\nendconfig"));
    }

    [Fact]
    public void The_example_of_a_configuration_is_read()
    {
        var text = Section("CONFIGURATION FILE");
        var start = text.IndexOf(".Bd -literal", StringComparison.Ordinal);
        var example = text[text.IndexOf('\n', start)..text.IndexOf(".Ed", start, StringComparison.Ordinal)];
        var config = ConfigurationReader.Read(example);
        Assert.Equal(3, config.Hosts.Count);
    }
}
