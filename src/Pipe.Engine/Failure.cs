using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// A failure that is reported to the user: <c>subject: cause</c>, lower case, no full stop, optionally with a hint. Any other exception is a bug in
/// this program.
/// </summary>
internal sealed class Failure(ExitCode code, string cause, string hint = "", Exception? inner = null) : Exception(cause, inner)
{
    public ExitCode Code { get; } = code;

    public string Hint { get; } = hint;

    /// <summary>The cause as the other side is told it, where the details are none of its business.</summary>
    public string ToldPeer { get; init; } = cause;

    /// <summary>The same failure for the other side: with the host on which it occurred as prefix.</summary>
    public Failure At(string host) => new(Code, $"{host}: {Message}", Hint, InnerException);
}
