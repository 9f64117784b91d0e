using System.Net.Sockets;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// A failure that is reported to the user: <c>subject: cause</c>, lower case, no full stop, optionally with a hint. Any other exception is a bug in
/// this program.
/// </summary>
internal sealed class Failure(ExitCode code, string cause, string hint = "", Exception? inner = null) : Exception(cause, inner)
{
    private const string ShortageHint = "ulimit -a shows what this program may use";

    public ExitCode Code { get; } = code;

    public string Hint { get; } = hint;

    /// <summary>The cause as the other side is told it, where the details are none of its business.</summary>
    public string ToldPeer { get; init; } = cause;

    /// <summary>Whether another attempt would fail in the same way.</summary>
    public bool IsFinal { get; init; }

    /// <summary>The failure to report for an exception: the one place that gives a failed system call its exit code and its hint.</summary>
    public static Failure Of(Exception e) => e switch
    {
        Failure failure => failure,
        TypeInitializationException { InnerException: { } inner } => Of(inner),
        ProtocolException => new Failure(ExitCode.Protocol, e.Message, inner: e),
        OutOfMemoryException => new Failure(ExitCode.Objects, $"no memory or no thread is left: {ResourceLimits.Described}", ShortageHint, e),
        LinuxException { IsNoSpace: true } => new Failure(ExitCode.NoSpace, e.Message, inner: e),
        LinuxException { IsShortage: true } => new Failure(ExitCode.Objects, e.Message, ShortageHint, e),
        LinuxException when e.Message.StartsWith("/proc/", StringComparison.Ordinal) => new Failure(ExitCode.Objects, e.Message, "this program needs /proc", e),
        IOException or UnauthorizedAccessException or SocketException => new Failure(ExitCode.Objects, e is LinuxException ? e.Message : LinuxException.Describe(e), inner: e),
        _ => new Failure(ExitCode.Bug, $"internal error: {e.GetType().Name}: {e.Message}", inner: e),
    };

    /// <summary>The reader of a pipe that this program writes has exited.</summary>
    public static Failure ReaderGone(string name) => new(ExitCode.Command, $"{name}: broken pipe: the reader exited");

    /// <summary>The same failure for the other side: with the host on which it occurred as prefix.</summary>
    public Failure At(string host) => new(Code, $"{host}: {Message}", Hint, InnerException) { IsFinal = IsFinal };
}
