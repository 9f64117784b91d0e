using Pipe.Lazyclone;

namespace Frontends.Tests.Lazyclone;

public sealed class DocumentTests() : DocumentTest(
    "lazyclone",
    Usage.Text(),
    Options.Groups,
    [.. Options.All.Select(option => (option.Names.ToArray(), option.Group, option.NeedsArgument, option.Choices.Length > 0))],
    word => Options.Table.Find(word)?.Name);
