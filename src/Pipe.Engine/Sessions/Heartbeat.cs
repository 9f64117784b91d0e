using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Keeps an idle control channel alive, and notices when the peer is silent for too long.</summary>
internal sealed class Heartbeat : IDisposable
{
    private const double BeatsInTimeout = 4;
    private const double PingsInTimeout = 3;
    private readonly Timer _timer;
    private volatile int _timeoutSeconds;

    public Heartbeat(ControlChannel control, int timeoutSeconds, Tally tally, Mailbox mailbox, string name)
    {
        _timeoutSeconds = timeoutSeconds;
        _timer = new Timer(
            _ =>
            {
                control.PingIfIdle(tally.Bytes, TimeSpan.FromSeconds(Math.Min(Limits.PingSeconds, _timeoutSeconds / PingsInTimeout)));

                // Before the greeting somebody may be typing a password.
                if (control.IsGreeted && control.Silence.TotalSeconds > _timeoutSeconds)
                {
                    mailbox.Post(new SessionEvent.Failed(new Failure(
                        ExitCode.Unreachable, $"{name}: silent for {_timeoutSeconds} seconds", "-timeout SECONDS allows more")));
                }
            },
            null,
            Beat,
            Beat);
    }

    public int TimeoutSeconds
    {
        set
        {
            _timeoutSeconds = value;
            _timer.Change(Beat, Beat);
        }
    }

    /// <summary>A short timeout needs closer looks.</summary>
    private TimeSpan Beat => TimeSpan.FromSeconds(Math.Min(1, _timeoutSeconds / BeatsInTimeout));

    public void Dispose() => _timer.Dispose();
}
