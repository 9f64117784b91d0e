namespace Pipe.Engine;

/// <summary>
/// Detects at the sender that data connections were made over which nothing passes: on the way, packets of full size are dropped, but not the small ones of
/// the handshake. The acknowledgements of the peer's kernel show it, so a slow sink is not mistaken for one.
/// </summary>
/// <param name="pump">The pump whose lanes they are.</param>
/// <param name="timeoutSeconds">The longest silence of a peer.</param>
internal sealed class BlackHoleDetector(DataPump pump, int timeoutSeconds)
{
    /// <summary>More than a handshake, and less than a packet of full size.</summary>
    private const long LeastDelivered = 1024;

    private readonly TimeSpan _patience = TimeSpan.FromSeconds(Math.Min(4, timeoutSeconds / 2.0));
    private bool _hasDelivered;
    private long _since;
    private long _began;

    /// <summary>Whether a byte has come over a data lane since its handshake.</summary>
    public bool HasHeard
    {
        get
        {
            const int margin = 1000;
            var since = RunClock.Since(_began).TotalMilliseconds;
            return pump.Lanes.Measure().Exists(lane => lane.Silence + margin < since);
        }
    }

    /// <summary>Called with each lane that is made.</summary>
    public void Begin() => _began = _began > 0 ? _began : RunClock.Timestamp;

    public bool Detects()
    {
        if (_hasDelivered)
        {
            return false;
        }

        var measures = pump.Lanes.Measure();
        _hasDelivered = measures.Exists(static lane => lane.Delivered > LeastDelivered);
        if (_hasDelivered || measures.Count == 0 || pump.IsIdle)
        {
            _since = 0;
            return false;
        }

        _since = _since > 0 ? _since : RunClock.Timestamp;
        return RunClock.Since(_since) > _patience;
    }
}
