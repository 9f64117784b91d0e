namespace Pipe.Linux;

/// <summary>A shell that runs a script if this process dies before it has dismissed the guardian.</summary>
internal sealed class Guardian : IDisposable
{
    // A line dismisses it; end of input without a line means that this process has died.
    private const string Watch = "trap '' HUP INT TERM; read -r word && exit 0; ";

    private readonly Fd _life;
    private readonly Child _shell;
    private readonly Lock _lock = new();
    private bool _isDismissed;

    /// <param name="script">Shell text; <c>"$@"</c> are the arguments.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="held">A descriptor that stays open as long as the guardian runs.</param>
    /// <exception cref="LinuxException">The system cannot start another process.</exception>
    public Guardian(string script, IReadOnlyList<string> arguments, Fd? held = null)
    {
        (var life, _life) = Fd.Pipe("guardian");
        using (life)
        using (var nothing = Fd.Open("/dev/null", OpenFlags.ReadWrite))
        {
            try
            {
                _shell = Child.Start(["/bin/sh", "-c", Watch + script, "sh", .. arguments], [life, nothing, nothing, held], ownGroup: true);
            }
            catch
            {
                _life.Dispose();
                throw;
            }
        }
    }

    /// <summary>Ends it without running the script, and waits until it has exited. Any thread; may be called more than once.</summary>
    public void Dismiss()
    {
        lock (_lock)
        {
            if (!_isDismissed)
            {
                _isDismissed = true;
                SendDismissal();
                _life.Dispose();
            }
        }

        _shell.Exit.Wait();
    }

    /// <summary>Ends it without running the script.</summary>
    public void Dispose()
    {
        _shell.Signal(Child.SignalKill);
        _shell.Dispose();
        _life.Dispose();
    }

    private void SendDismissal()
    {
        try
        {
            _life.WriteAll("done\n"u8);
        }
        catch (LinuxException e) when (e.IsBrokenPipe)
        {
            // The guardian was killed.
        }
    }
}
