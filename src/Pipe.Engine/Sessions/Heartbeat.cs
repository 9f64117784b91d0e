using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Keeps an idle control channel alive, and notices when the peer is silent for too long.</summary>
internal sealed class Heartbeat : IDisposable
{
    private const double BeatsInTimeout = 4;
    private const double PingsInTimeout = 3;
    private const int LoginSeconds = 10;
    private readonly Timer _timer;
    private volatile int _timeoutSeconds;

    /// <param name="control">What is kept alive.</param>
    /// <param name="timeoutSeconds">How long the peer may be silent.</param>
    /// <param name="tally">What a ping tells.</param>
    /// <param name="mailbox">Is told of the silence.</param>
    /// <param name="name">What messages call the peer.</param>
    /// <param name="mayPrompt">Whether, before anything comes, somebody may be typing a password.</param>
    public Heartbeat(ControlChannel control, int timeoutSeconds, Tally tally, Mailbox mailbox, string name, bool mayPrompt)
    {
        _timeoutSeconds = timeoutSeconds;
        _timer = new Timer(
            _ =>
            {
                control.PingIfIdle(tally.Ping, TimeSpan.FromSeconds(Math.Min(Limits.PingSeconds, _timeoutSeconds / PingsInTimeout)));

                if ((control.HasSpoken || !mayPrompt) && control.Silence.TotalSeconds > Limit(control))
                {
                    mailbox.Post(new SessionEvent.Failed(new Failure(ExitCode.Unreachable, $"{name}: {Fault(control)}", $"{OptionWord.Timeout} SECONDS allows more")));
                    control.GiveUp();
                }
            },
            null,
            Beat,
            Beat);
    }

    /// <summary>A login takes its time, however short a silence may be later.</summary>
    private int Limit(ControlChannel control) => control.IsGreeted ? _timeoutSeconds : Math.Max(_timeoutSeconds, LoginSeconds);

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

    private string Fault(ControlChannel control)
    {
        var noise = control.Noise;
        return control.IsGreeted ? $"silent for {Limit(control)} seconds"
            : $"dmscp did not start there within {Limit(control)} seconds{(noise.Length > 0 ? $"; it printed: {noise}" : "")}";
    }
}
