using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;

namespace Frontends.Tests;

/// <summary>A file that an option names and that cannot be read.</summary>
public sealed class TextInputTests
{
    [Theory]
    [InlineData("/nonexistent/list", "/nonexistent/list: no such file or directory")]
    [InlineData("/tmp", "/tmp: is a directory")]
    public void It_is_named_with_its_cause(string file, string message)
    {
        var failure = Assert.Throws<Failure>(() => TextInput.Read(file, ExitCode.Usage));
        Assert.Equal((ExitCode.Usage, message), (failure.Code, failure.Message));
    }
}
