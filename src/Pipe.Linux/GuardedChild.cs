using System.Globalization;

namespace Pipe.Linux;

/// <summary>
/// A child process in its own process group. If this process dies, a guardian kills the group. The child waits at a gate until its guardian runs, so it
/// is never unwatched.
/// </summary>
internal sealed class GuardedChild : IDisposable
{
    private readonly Child _child;
    private readonly Guardian _guardian;
    private readonly Lock _killing = new();

    private GuardedChild(Child child, Guardian guardian) => (_child, _guardian) = (child, guardian);

    public Task<ExitStatus> Exit => _child.Exit;

    /// <param name="arguments">The program, looked up in PATH, and its arguments. If it does not exist or cannot be run, the status is 127 or 126, as in a shell.</param>
    /// <param name="streams">The child's descriptors 0, 1, 2, ...; null passes ours on.</param>
    /// <param name="held">A descriptor that the guardian keeps open: the write end of the child's input, which then does not end if this process dies.</param>
    /// <param name="directory">Its working directory; empty for ours.</param>
    /// <exception cref="LinuxException">The system cannot start another process.</exception>
    public static GuardedChild Start(IReadOnlyList<string> arguments, IReadOnlyList<Fd?> streams, Fd? held = null, string directory = "")
    {
        var (gate, ourGate) = Fd.Pipe("gate");
        using (gate)
        using (ourGate)
        {
            string[] words = directory.Length > 0 ? [directory, .. arguments] : [.. arguments];
            var child = Child.Start(["/bin/sh", "-c", Gated(streams.Count, directory.Length > 0), "sh", .. words], [.. streams, gate], ownGroup: true);
            Guardian? guardian = null;
            try
            {
                guardian = new Guardian("kill -9 -\"$1\"", [child.Pid.ToString(CultureInfo.InvariantCulture)], held);
                ourGate.WriteAll("go\n"u8);
                return new GuardedChild(child, guardian);
            }
            catch
            {
                child.Signal(Child.SignalKill);
                child.Dispose();
                guardian?.Dispose();
                throw;
            }
        }
    }

    /// <summary>Ends the group with SIGTERM, then after a moment with SIGKILL. Any thread; a second call waits for the first.</summary>
    public void Kill(TimeSpan grace)
    {
        lock (_killing)
        {
            if (!_child.Exit.IsCompleted)
            {
                _child.Signal(Child.SignalTerminate);
                _child.Exit.Wait(grace);
            }

            // Descendants may outlive the leader. The group number stays reserved until the child is disposed.
            _child.Signal(Child.SignalKill);
        }
    }

    /// <summary>Releases the child, which may now outlive this process. The descriptor that the guardian held is closed when this returns.</summary>
    public void Dismiss() => _guardian.Dismiss();

    /// <summary>The guardian goes first: afterwards the group number may be reused. Kills nothing.</summary>
    public void Dispose()
    {
        _guardian.Dispose();
        _child.Dispose();
    }

    private static string Gated(int gate, bool hasDirectory) =>
        string.Create(CultureInfo.InvariantCulture, $"read -r go <&{gate} || exit 1; {(hasDirectory ? "cd -- \"$1\" && shift && " : "")}exec \"$@\" {gate}<&-");
}
