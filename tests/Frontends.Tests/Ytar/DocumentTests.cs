using Pipe.Ytar;

namespace Frontends.Tests.Ytar;

public sealed class DocumentTests() : DocumentTest(
    "ytar",
    Usage.Text(),
    Options.Groups,
    [.. Options.All.Select(option => (option.Name, option.Group, option.NeedsArgument))],
    word => Options.Table.Find(word)?.Name);
