namespace Pipe.Protocol.Datagrams;

/// <summary>When a silent path is probed (RFC 9002, section 6.2). The interval doubles up to a second, so that a path that recovers is used at once.</summary>
internal sealed class ProbeTimer(RttEstimator rtt)
{
    private int _backoff;
    private long _from;

    /// <summary>Number of probe timeouts since the last Ack with news.</summary>
    public int Count => _backoff;

    public long Interval => Math.Min(rtt.ProbeTimeout << Math.Min(_backoff, 10), Math.Max(rtt.ProbeTimeout, DatagramLimits.MaxProbeMilliseconds * 1_000_000L));

    /// <summary>When an answer to the datagrams in flight is overdue.</summary>
    public long At => _from + Interval;

    /// <summary>When a datagram that requires an answer was last sent, or an answer arrived.</summary>
    public long From => _from;

    public void OnSent(long now) => _from = now;

    public void OnAck(long now) => (_backoff, _from) = (0, now);

    public void OnExpired(long now) => (_backoff, _from) = (_backoff + 1, now);
}
