namespace Pipe.Linux;

/// <summary>How much later than asked for the kernel may end the waits of this thread. By default 50 microseconds.</summary>
internal static class TimerSlack
{
    /// <summary>For a thread that paces what it sends.</summary>
    public static void Minimize() => _ = Sys.Control(Sys.ControlSetTimerSlack, 1, 0, 0, 0);
}
