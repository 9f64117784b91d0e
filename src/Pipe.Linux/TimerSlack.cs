namespace Pipe.Linux;

/// <summary>How late the kernel may end a timed wait of this thread; 50 microseconds by default.</summary>
internal static class TimerSlack
{
    /// <summary>For a thread that paces its sending.</summary>
    public static void Minimize() => _ = Sys.Control(Sys.ControlSetTimerSlack, 1, 0, 0, 0);
}
