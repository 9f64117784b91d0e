using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>What there is to say of a file of an archive that was looked at.</summary>
/// <param name="Fault">What is wrong with it; empty if nothing is.</param>
/// <param name="IsUnread">It could not be read: whether its bytes are good is not known.</param>
internal readonly record struct Finding(string Fault, bool IsUnread = false)
{
    public bool IsWrong => Fault.Length > 0 && !IsUnread;

    /// <summary>It could not be opened, or not read to its end.</summary>
    public static Finding Of(LinuxException e) =>
        e.Errno == Errno.NoEntry ? new Finding("is missing") : new Finding($"cannot be read: {LinuxException.Describe(e.Errno)}", IsUnread: true);

    /// <summary>The same in words that begin with its path.</summary>
    public static Finding Of(Failure e, string path) =>
        new(e.Message.StartsWith($"{path}: ", StringComparison.Ordinal) ? e.Message[(path.Length + 2)..] : e.Message, IsUnread: e.Code == ExitCode.Objects);
}
