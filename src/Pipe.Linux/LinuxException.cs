using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Pipe.Linux;

/// <summary>A system call failed: <c>subject: cause</c>, in the words of strerror, lower case.</summary>
/// <param name="call">Its name.</param>
/// <param name="subject">The file.</param>
/// <param name="errno">Why.</param>
/// <param name="loss">What the file does not get, if the subject alone does not say it: <c>subject: loss: cause</c>.</param>
internal sealed class LinuxException(string call, string subject, int errno, string loss = "")
    : IOException($"{subject}: {loss}{(loss.Length > 0 ? ": " : "")}{Describe(errno)}")
{
    public string Call { get; } = call;

    public int Errno { get; } = errno;

    /// <summary>The place is full, or its owner's share of it is.</summary>
    public bool IsNoSpace => Errno is Linux.Errno.NoSpace or Linux.Errno.Quota;

    /// <summary>Whoever read the other end of a pipe or socket has gone.</summary>
    public bool IsBrokenPipe => Errno is Linux.Errno.BrokenPipe or Linux.Errno.ConnectionReset;

    /// <summary>The system gives this program, or anybody, no more memory or open files.</summary>
    public bool IsShortage => Errno is Linux.Errno.NoMemory or Linux.Errno.TooManyOpen or Linux.Errno.TooManyOpenOfAll;

    [DoesNotReturn]
    public static void Throw(string call, string subject) => throw Last(call, subject);

    /// <summary>For the call that has just failed on this thread.</summary>
    public static LinuxException Last(string call, string subject) => new(call, subject, Marshal.GetLastPInvokeError());

    public static string Describe(int errno)
    {
        var text = Marshal.GetPInvokeErrorMessage(errno);
        return text.Length > 1 && char.IsUpper(text[0]) && !char.IsUpper(text[1]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;
    }
}
