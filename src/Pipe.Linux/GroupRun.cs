using System.Diagnostics;

namespace Pipe.Linux;

/// <summary>How a <see cref="GroupRun"/> ended.</summary>
/// <param name="Exit">Null if the run was cancelled or timed out.</param>
/// <param name="Output">Its standard output, up to 16 MiB.</param>
/// <param name="Errors">Its standard error, up to 16 MiB.</param>
/// <param name="Elapsed">The duration of the run.</param>
internal sealed record GroupRunEnd(ExitStatus? Exit, byte[] Output, byte[] Errors, TimeSpan Elapsed);

/// <summary>
/// Runs a program to completion in its own process group, with input and output in memory. Afterwards the whole group is killed, so no
/// descendant survives.
/// </summary>
internal static class GroupRun
{
    private const int MaxKept = 16 * 1024 * 1024;
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(300);

    // A process blocked on a device or a dead file server survives SIGKILL until the call returns; we stop waiting.
    private static readonly TimeSpan AfterKill = TimeSpan.FromSeconds(2);

    /// <param name="arguments">The program, looked up in PATH, and its arguments. If it does not exist or cannot be run, the status is 127 or 126, as in a shell.</param>
    /// <param name="input">Its standard input.</param>
    /// <param name="limit">The timeout.</param>
    /// <param name="stop">Cancels the run when it completes.</param>
    /// <exception cref="LinuxException">The system cannot start another process.</exception>
    public static GroupRunEnd Run(IReadOnlyList<string> arguments, ReadOnlySpan<byte> input, TimeSpan limit, Task stop)
    {
        using var given = Fd.Memory("input");
        using var output = Fd.Memory("output");
        using var errors = Fd.Memory("errors");
        given.WriteAllAt(input, 0);
        var started = Stopwatch.GetTimestamp();
        var exit = RunToEnd(arguments, [given, output, errors], limit, stop);
        return new GroupRunEnd(exit, ContentOf(output), ContentOf(errors), Stopwatch.GetElapsedTime(started));
    }

    /// <summary>Null if it was cancelled or timed out. No member of the group is left, unless it survives SIGKILL.</summary>
    private static ExitStatus? RunToEnd(IReadOnlyList<string> arguments, Fd[] streams, TimeSpan limit, Task stop)
    {
        using var child = GuardedChild.Start(arguments, streams);
        try
        {
            return Task.WaitAny([child.Exit, stop], limit) == 0 ? child.Exit.Result : null;
        }
        finally
        {
            child.Kill(Grace);
            child.Exit.Wait(AfterKill);
        }
    }

    private static byte[] ContentOf(Fd memory)
    {
        var bytes = new byte[Math.Min(MaxKept, FileStatus.Of(memory).Size)];
        return bytes[..memory.ReadAt(bytes, 0)];
    }
}
