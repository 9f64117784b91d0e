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
/// descendant survives. A guardian process kills the group if we are killed.
/// </summary>
internal static class GroupRun
{
    private const int MaxKept = 16 * 1024 * 1024;
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(300);

    // The program waits at a gate until its guardian runs.
    private const string Gated = "read -r go <&3 || exit 1; exec \"$@\" 3<&-";

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
        var (gate, ourGate) = Fd.Pipe("gate");
        using (gate)
        using (ourGate)
        using (var child = Child.Start(["/bin/sh", "-c", Gated, "sh", .. arguments], [given, output, errors, gate], ownGroup: true))
        {
            var exit = RunGuarded(child, ourGate, limit, stop);
            return new GroupRunEnd(exit, ContentOf(output), ContentOf(errors), Stopwatch.GetElapsedTime(started));
        }
    }

    private static ExitStatus? RunGuarded(Child child, Fd gate, TimeSpan limit, Task stop)
    {
        Guardian? guardian = null;
        try
        {
            guardian = new Guardian(child);
            gate.WriteAll("go\n"u8);
            return Task.WaitAny([child.Exit, stop], limit) == 0 ? child.Exit.Result : null;
        }
        finally
        {
            // Before the guardian goes: afterwards the group number may be reused.
            End(child);
            guardian?.Dispose();
        }
    }

    /// <summary>The group number stays reserved until the child is disposed, even after its leader has exited.</summary>
    private static void End(Child child)
    {
        if (!child.Exit.IsCompleted)
        {
            child.Signal(Child.SignalTerminate);
            child.Exit.Wait(Grace);
        }

        child.Signal(Child.SignalKill);
        child.Exit.Wait(AfterKill);
    }

    private static byte[] ContentOf(Fd memory)
    {
        var bytes = new byte[Math.Min(MaxKept, FileStatus.Of(memory).Size)];
        return bytes[..memory.ReadAt(bytes, 0)];
    }

    /// <summary>Kills the child's group if this process dies first.</summary>
    private sealed class Guardian : IDisposable
    {
        private readonly Fd _lifeline;
        private readonly Child _shell;

        public Guardian(Child child)
        {
            (var life, _lifeline) = Fd.Pipe("guardian");
            using (life)
            using (var nothing = Fd.Open("/dev/null", OpenFlags.ReadWrite))
            {
                _shell = Child.Start(["/bin/sh", "-c", $"read -r word; kill -9 -{child.Pid}"], [life, nothing, nothing], ownGroup: true);
            }
        }

        public void Dispose()
        {
            _shell.Signal(Child.SignalKill);
            _shell.Dispose();
            _lifeline.Dispose();
        }
    }
}
