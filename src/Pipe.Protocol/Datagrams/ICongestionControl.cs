namespace Pipe.Protocol.Datagrams;

/// <summary>Decides how fast a sender sends. Pure: it is told what happened and when, in nanoseconds.</summary>
internal interface ICongestionControl
{
    /// <summary>Bytes a second.</summary>
    double Rate { get; }

    /// <summary>Bytes that may be in flight.</summary>
    long Window { get; }

    /// <summary>What limits the rate, in a word, for the events: startup, bandwidth, loss, ceiling, delay.</summary>
    string Limit { get; }

    void OnSent(in SentDatagram sent, long now);

    void OnLost(in SentDatagram sent, long now);

    /// <summary>A datagram arrived that was declared lost: what its loss did is undone.</summary>
    void OnSpuriousLoss(in SentDatagram sent, long now);

    /// <summary>After the losses that an Ack brought; <paramref name="rtt"/> knows its sample already.</summary>
    void OnAck(in RateSample sample, RttEstimator rtt);

    /// <summary>The sender starts again after it had nothing in flight.</summary>
    void OnRestart(long now);
}
