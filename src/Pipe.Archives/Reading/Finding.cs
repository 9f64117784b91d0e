using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>The result of checking a file of an archive.</summary>
/// <param name="Fault">The error; empty if there is none.</param>
/// <param name="IsUnread">Whether the file could not be read, so that the state of its bytes is unknown.</param>
internal readonly record struct Finding(string Fault, bool IsUnread = false)
{
    public bool IsWrong => Fault.Length > 0 && !IsUnread;

    /// <summary>For a file that could not be opened or read completely.</summary>
    public static Finding Of(LinuxException e) =>
        e.Errno == Errno.NoEntry ? new Finding("is missing") : new Finding($"cannot be read: {LinuxException.Describe(e.Errno)}", IsUnread: true);

    /// <summary>The same for a failure whose message begins with the path.</summary>
    public static Finding Of(Failure e, string path) =>
        new(e.Message.StartsWith($"{path}: ", StringComparison.Ordinal) ? e.Message[(path.Length + 2)..] : e.Message, IsUnread: e.Code == ExitCode.Objects);
}
