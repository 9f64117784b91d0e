using Pipe.Ytar;

namespace Frontends.Tests.Ytar;

public sealed class DocumentTests() : DocumentTest(
    "ytar",
    Usage.Text(),
    Options.Groups,
    [.. Options.All.Select(option => (option.Names.ToArray(), option.Group, option.NeedsArgument, option.Choices.Length > 0))],
    word => Options.Table.Find(word)?.Name);
