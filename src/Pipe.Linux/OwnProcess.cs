namespace Pipe.Linux;

/// <summary>Signals that this process sends to itself.</summary>
internal static class OwnProcess
{
    public const int SignalStop = 20;

    /// <summary>
    /// Stops as if the terminal had asked for it; returns when the process has been continued. Not SIGSTOP, because the kernel ignores this signal where
    /// no shell could continue the process.
    /// </summary>
    public static void Suspend() => _ = Sys.Raise(SignalStop);
}
