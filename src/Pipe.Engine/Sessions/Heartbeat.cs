using System.Diagnostics;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Keeps an idle control channel alive, and reports a peer that is silent for too long. Time during which this process itself was stopped does not count,
/// nor does a pause that the peer has announced.
/// </summary>
internal sealed class Heartbeat : IDisposable
{
    private const double BeatsInTimeout = 4;
    private const double PingsInTimeout = 3;
    private const int LoginSeconds = 10;
    private readonly Timer _timer;
    private volatile int _timeoutSeconds;
    private volatile int _pauseSeconds;
    private long _checked = Stopwatch.GetTimestamp();

    /// <param name="control">The channel.</param>
    /// <param name="timeoutSeconds">The longest silence of the peer.</param>
    /// <param name="tally">The counters that a ping carries.</param>
    /// <param name="mailbox">Receives the failure when the peer is silent for too long.</param>
    /// <param name="name">The name of the peer in messages.</param>
    /// <param name="mayPrompt">Whether a user may be typing a password before the first message arrives.</param>
    public Heartbeat(ControlChannel control, int timeoutSeconds, Tally tally, Mailbox mailbox, string name, bool mayPrompt)
    {
        _timeoutSeconds = timeoutSeconds;
        _timer = new Timer(
            _ =>
            {
                if (WasStopped())
                {
                    control.NoteReceived();
                }

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

    /// <summary>Whether the peer has announced a pause that is not over.</summary>
    public bool IsPaused => _pauseSeconds > 0;

    /// <summary>The peer pauses, or continues.</summary>
    public void On(Paused paused) => _pauseSeconds = paused.Seconds;

    /// <summary>Whether this process has missed checks.</summary>
    private bool WasStopped()
    {
        var now = Stopwatch.GetTimestamp();
        return Stopwatch.GetElapsedTime(Interlocked.Exchange(ref _checked, now), now) > 2 * Beat;
    }

    /// <summary>The limit before the greeting is at least that of a login, which takes time however short the timeout is.</summary>
    private int Limit(ControlChannel control) => control.IsGreeted ? Math.Max(_timeoutSeconds, _pauseSeconds) : Math.Max(_timeoutSeconds, LoginSeconds);

    public int TimeoutSeconds
    {
        set
        {
            _timeoutSeconds = value;
            _timer.Change(Beat, Beat);
        }
    }

    /// <summary>The interval between checks; shorter for a short timeout.</summary>
    private TimeSpan Beat => TimeSpan.FromSeconds(Math.Min(1, _timeoutSeconds / BeatsInTimeout));

    public void Dispose() => _timer.Dispose();

    private string Fault(ControlChannel control)
    {
        var noise = control.Noise;
        return control.IsGreeted ? $"silent for {Limit(control)} seconds"
            : $"dmscp did not start there within {Limit(control)} seconds{(noise.Length > 0 ? $"; it printed: {noise}" : "")}";
    }
}
