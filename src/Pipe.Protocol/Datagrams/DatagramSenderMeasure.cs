namespace Pipe.Protocol.Datagrams;

/// <summary>A sender's counters.</summary>
internal sealed class DatagramSenderMeasure
{
    public long Sent { get; private set; }

    public long SentBytes { get; private set; }

    public long Repeated { get; private set; }

    public long ArrivedBytes { get; private set; }

    public long Lost { get; set; }

    /// <summary>Datagrams that were declared lost but arrived after all.</summary>
    public long Spurious { get; set; }

    public long ProbeTimeouts { get; set; }

    public long Acks { get; private set; }

    /// <summary>Datagrams that the receiver's socket dropped: its buffer is too small or its thread too slow.</summary>
    public uint Drops { get; private set; }

    public void OnSent(int bytes, bool isRepeated)
    {
        Sent++;
        SentBytes += bytes;
        Repeated += isRepeated ? 1 : 0;
    }

    public void OnArrived(int bytes) => ArrivedBytes += bytes;

    public void OnAck(in DatagramAck ack)
    {
        Acks++;
        Drops = Math.Max(Drops, ack.Drops);
    }
}
