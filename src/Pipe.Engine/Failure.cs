using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// An end that the user is told about: <c>subject: cause</c>, lower case, no full stop, then perhaps a hint.
/// Everything else that is thrown is a bug in this program.
/// </summary>
internal sealed class Failure(ExitCode code, string cause, string hint = "") : Exception(cause)
{
    public ExitCode Code { get; } = code;

    public string Hint { get; } = hint;

    /// <summary>The same failure as seen from this side: the host that it happened on stands in front.</summary>
    public Failure At(string host) => new(Code, $"{host}: {Message}", Hint);
}
