using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Keeps an idle control channel alive, and notices when the peer is silent for too long.</summary>
internal sealed class Heartbeat : IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private readonly Timer _timer;

    public Heartbeat(ControlChannel control, int timeoutSeconds, Tally tally, Mailbox mailbox)
    {
        TimeoutSeconds = timeoutSeconds;
        _timer = new Timer(
            _ =>
            {
                control.PingIfIdle(tally.Bytes);

                // Before the greeting somebody may be typing a password.
                if (control.IsGreeted && control.Silence.TotalSeconds > TimeoutSeconds)
                {
                    mailbox.Post(new SessionEvent.Failed(new Failure(
                        ExitCode.Unreachable, $"silent for {TimeoutSeconds} seconds", "-timeout SECONDS allows more")));
                }
            },
            null,
            Beat,
            Beat);
    }

    public int TimeoutSeconds { get; set; }

    public void Dispose() => _timer.Dispose();
}
