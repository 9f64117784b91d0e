namespace Pipe.Protocol.Datagrams;

/// <summary>Decides how fast a sender sends. Pure: gets all events with their times, in nanoseconds.</summary>
internal interface ICongestionControl
{
    /// <summary>The rate in bytes per second.</summary>
    double Rate { get; }

    /// <summary>Maximum number of bytes in flight.</summary>
    long Window { get; }

    /// <summary>The limit of the rate, in a word for the event log: startup, bandwidth, loss, ceiling, delay.</summary>
    string Limit { get; }

    void OnSent(in SentDatagram sent, long now);

    void OnLost(in SentDatagram sent, long now);

    /// <summary>A datagram that was declared lost has arrived: undoes the effect of its loss.</summary>
    void OnSpuriousLoss(in SentDatagram sent, long now);

    /// <summary>Called after the losses that an Ack showed; <paramref name="rtt"/> already includes its sample.</summary>
    void OnAck(in RateSample sample, RttEstimator rtt);

    /// <summary>The sender starts again after it had nothing in flight.</summary>
    void OnRestart(long now);
}
