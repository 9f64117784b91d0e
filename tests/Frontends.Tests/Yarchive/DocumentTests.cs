using Pipe.Yarchive;

namespace Frontends.Tests.Yarchive;

public sealed class DocumentTests() : DocumentTest(
    "yarchive",
    Usage.Text(),
    Options.Groups,
    [.. Options.All.Select(option => (option.Name, option.Group, option.NeedsArgument))],
    word => Options.Table.Find(word)?.Name);
