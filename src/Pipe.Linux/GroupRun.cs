using System.Diagnostics;

namespace Pipe.Linux;

/// <summary>How a <see cref="GroupRun"/> ended.</summary>
/// <param name="Exit">Null if it was ended before it did so itself.</param>
/// <param name="Output">What it wrote to its standard output, as far as there was room.</param>
/// <param name="Errors">The same of its standard error.</param>
/// <param name="Elapsed">How long it took.</param>
internal sealed record GroupRunEnd(ExitStatus? Exit, byte[] Output, byte[] Errors, TimeSpan Elapsed);

/// <summary>
/// Runs a program to its end, in a process group of its own, with its input given and its output kept in memory. At the end, whatever
/// it was, the whole group is killed: nothing that the program left behind goes on. A guardian does the same should we be killed.
/// </summary>
internal static class GroupRun
{
    private const int MostKept = 16 * 1024 * 1024;
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(300);

    // The program waits at a gate until its guardian is there: it never runs unwatched.
    private const string Gated = "read -r go <&3 || exit 1; exec \"$@\" 3<&-";

    // One that waits for a device or a dead file server ends only when that comes back; we do not wait for it.
    private static readonly TimeSpan AfterKill = TimeSpan.FromSeconds(2);

    /// <param name="arguments">The program, looked for in PATH, and its arguments. Without such a program the status is 127 or 126, as with a shell.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="limit">When it is ended.</param>
    /// <param name="stop">Ends it earlier.</param>
    /// <exception cref="LinuxException">There is no room for one more process.</exception>
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
            var exit = Guarded(child, ourGate, limit, stop);
            return new GroupRunEnd(exit, Kept(output), Kept(errors), Stopwatch.GetElapsedTime(started));
        }
    }

    private static ExitStatus? Guarded(Child child, Fd gate, TimeSpan limit, Task stop)
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
            // Before the guardian goes: by then the number may belong to a stranger.
            End(child);
            guardian?.Dispose();
        }
    }

    /// <summary>The number of the group is ours until the child is disposed of, even if its leader has ended.</summary>
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

    private static byte[] Kept(Fd memory)
    {
        var bytes = new byte[Math.Min(MostKept, FileStatus.Of(memory).Size)];
        return bytes[..memory.ReadAt(bytes, 0)];
    }

    /// <summary>Kills the group of a child when we end without having dismissed it.</summary>
    private sealed class Guardian : IDisposable
    {
        private readonly Fd _ourLife;
        private readonly Child _shell;

        public Guardian(Child child)
        {
            (var life, _ourLife) = Fd.Pipe("guardian");
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
            _ourLife.Dispose();
        }
    }
}
