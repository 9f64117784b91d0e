using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Pipe.Linux;

/// <summary>A system call failed: <c>subject: cause</c>, in the words of strerror, lower case.</summary>
/// <param name="call">The name of the call.</param>
/// <param name="subject">The file, as messages call it.</param>
/// <param name="errno">The cause.</param>
/// <param name="loss">The failed part of the operation, if the subject alone is not enough: <c>subject: loss: cause</c>.</param>
internal sealed class LinuxException(string call, string subject, int errno, string loss = "")
    : IOException($"{subject}: {loss}{(loss.Length > 0 ? ": " : "")}{DescribeHere(call, errno)}")
{
    /// <summary>The call that starts a process.</summary>
    public const string Spawn = "posix_spawn";

    public string Call { get; } = call;

    public int Errno { get; } = errno;

    /// <summary>The disk is full or the quota is used up.</summary>
    public bool IsNoSpace => Errno is Linux.Errno.NoSpace or Linux.Errno.Quota;

    /// <summary>The reader at the other end of a pipe or socket has gone.</summary>
    public bool IsBrokenPipe => Errno is Linux.Errno.BrokenPipe or Linux.Errno.ConnectionReset;

    /// <summary>The process or the system has run out of memory, open files or processes.</summary>
    public bool IsShortage => Errno is Linux.Errno.NoMemory or Linux.Errno.TooManyOpen or Linux.Errno.TooManyOpenOfAll || (Errno == Linux.Errno.Again && Call == Spawn);

    [DoesNotReturn]
    public static void Throw(string call, string subject) => throw Last(call, subject);

    /// <summary>An exception for the call that has just failed on this thread.</summary>
    public static LinuxException Last(string call, string subject) => new(call, subject, Marshal.GetLastPInvokeError());

    /// <summary>The cause in the user's words: those of strerror, in lower case.</summary>
    public static string Describe(int errno)
    {
        var text = Marshal.GetPInvokeErrorMessage(errno);
        return text.Length > 1 && char.IsUpper(text[0]) && !char.IsUpper(text[1]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;
    }

    /// <summary>The cause of a call that failed in this process: the same words, and the limit that the process has met.</summary>
    private static string DescribeHere(string call, int errno) => Describe(errno) + ResourceLimits.MetWith(call, errno);

    /// <summary>The cause in the same words, also for calls that .NET has made: its own messages are sentences, and differ from these.</summary>
    public static string Describe(Exception e) => e switch
    {
        LinuxException call => DescribeHere(call.Call, call.Errno),
        SocketException socket => DescribeHere("", socket.NativeErrorCode),
        FileNotFoundException or DirectoryNotFoundException => Describe(Linux.Errno.NoEntry),
        PathTooLongException => Describe(Linux.Errno.NameTooLong),
        UnauthorizedAccessException => e.InnerException is IOException inner ? Describe(inner) : Describe(Linux.Errno.AccessDenied),
        IOException { HResult: > 0 } => DescribeHere("", e.HResult),
        _ => e.Message,
    };
}
