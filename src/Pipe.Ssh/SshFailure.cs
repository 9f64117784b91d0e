using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Ssh;

/// <summary>Failures of the built-in client. Their exit status is that of ssh for its own failures.</summary>
internal static class SshFailure
{
    public static Failure Of(string cause, string hint = "", Exception? inner = null) => new(ExitCode.Unreachable, cause, hint, inner);

    /// <summary>The text of a library exception as part of a message: lower case, and without a full stop.</summary>
    public static string Words(Exception e)
    {
        var text = e.Message.TrimEnd('.');
        return text.Length > 1 && char.IsLower(text[1]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;
    }
}
