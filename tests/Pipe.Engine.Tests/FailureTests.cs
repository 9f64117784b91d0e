using System.Net.Sockets;
using System.Reflection;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

/// <summary>A failed system call has the same words, whichever library made it, and an exit code that fits.</summary>
public sealed class FailureTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public static TheoryData<string, int> Errnos()
    {
        var errnos = new TheoryData<string, int>();
        foreach (var field in typeof(Errno).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            errnos.Add(field.Name, (int)field.GetRawConstantValue()!);
        }

        return errnos;
    }

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [MemberData(nameof(Errnos))]
    public void Each_errno_is_described_in_the_words_of_strerror_and_is_no_bug(string name, int errno)
    {
        var words = LinuxException.Describe(errno);
        Assert.True(words.Length > 3 && !words.EndsWith('.') && !words.Contains("unknown", StringComparison.OrdinalIgnoreCase), $"{name}: {words}");
        Assert.True(char.IsLower(words[0]), $"{name}: {words}");
        words += errno == Errno.TooManyOpen ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $" (ulimit -n is {ResourceLimits.OpenFiles})") : "";
        Assert.Equal(words, LinuxException.Describe(new LinuxException("open", "x", errno)));
        Assert.Equal(words, LinuxException.Describe(new IOException("A sentence.", errno)));
        Assert.Equal(words, LinuxException.Describe(new UnauthorizedAccessException("A sentence.", new IOException("Another.", errno))));

        var failure = Failure.Of(new LinuxException("open", "x", errno));
        Assert.Equal($"x: {words}", failure.Message);
        Assert.Equal(errno is Errno.NoSpace or Errno.Quota ? ExitCode.NoSpace : ExitCode.Objects, failure.Code);
        Assert.Equal(errno is Errno.NoMemory or Errno.TooManyOpen or Errno.TooManyOpenOfAll, failure.Hint.Length > 0);
    }

    [Theory]
    [InlineData(Errno.ConnectionRefused, SocketError.ConnectionRefused)]
    [InlineData(Errno.ConnectionReset, SocketError.ConnectionReset)]
    [InlineData(Errno.AddressInUse, SocketError.AddressAlreadyInUse)]
    [InlineData(Errno.TimedOut, SocketError.TimedOut)]
    public void A_socket_of_the_framework_fails_in_the_same_words(int errno, SocketError error)
    {
        var failed = new SocketException((int)error);
        Assert.Equal(LinuxException.Describe(errno), LinuxException.Describe(failed));
        Assert.Equal((ExitCode.Objects, LinuxException.Describe(errno)), (Failure.Of(failed).Code, Failure.Of(failed).Message));
    }

    [Fact]
    public void A_file_of_the_framework_fails_in_the_same_words()
    {
        Assert.Equal("no such file or directory", Words(() => File.ReadAllText(_scratch["none"])));
        Assert.Equal("no such file or directory", Words(() => File.ReadAllText(_scratch["none/file"])));
        Assert.Equal("permission denied", Words(() => File.ReadAllText(_scratch.Directory)));
        Assert.Equal("file name too long", Words(() => File.WriteAllText(_scratch[new string('n', 300)], "")));
    }

    [Fact]
    public void Only_an_exception_that_names_no_cause_is_a_bug()
    {
        Assert.Equal(ExitCode.Protocol, Failure.Of(new ProtocolException("a message of 3 bytes")).Code);
        Assert.Equal(ExitCode.Objects, Failure.Of(new InsufficientMemoryException()).Code);
        Assert.Equal(ExitCode.NoSpace, Failure.Of(new TypeInitializationException("T", new LinuxException("write", "x", Errno.NoSpace))).Code);
        Assert.Equal((ExitCode.Bug, "internal error: InvalidOperationException: odd"), (Failure.Of(new InvalidOperationException("odd")).Code, Failure.Of(new InvalidOperationException("odd")).Message));
        var failure = new Failure(ExitCode.Command, "remote command ended with status 1");
        Assert.Same(failure, Failure.Of(failure));
    }

    private static string Words(Action call) => LinuxException.Describe(Assert.ThrowsAny<Exception>(call));
}
