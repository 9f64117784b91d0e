namespace Pipe.Protocol.Tests.Datagrams;

/// <summary>One direction of a link: loss, then a queue with drop at its tail, then the rate, then the delay.</summary>
internal sealed class SimLink(Simulation simulation)
{
    private long _busyUntil;
    private bool _isBad;

    /// <summary>Bytes a second, with the headers of IP and UDP.</summary>
    public double Rate { get; set; } = 12_500_000;

    public long Delay { get; set; } = 5 * Simulation.Millisecond;

    public long Jitter { get; set; }

    /// <summary>Bytes in the queue.</summary>
    public double Queue { get; set; } = 125_000;

    public double Loss { get; set; }

    /// <summary>The Gilbert-Elliott model: the chance of each packet to enter and to leave the bad state, which loses half of the packets, or all.</summary>
    public double BurstStart { get; set; }

    public double BurstEnd { get; set; } = 0.1;

    public bool LosesAllInBurst { get; set; }

    public double Duplication { get; set; }

    /// <summary>The share of packets that is held back by <see cref="ReorderDelay"/> at most.</summary>
    public double Reorder { get; set; }

    public long ReorderDelay { get; set; } = 20 * Simulation.Millisecond;

    /// <summary>Bytes of the largest IP packet; larger ones vanish.</summary>
    public int Mtu { get; set; } = 1500;

    /// <summary>When the largest packet becomes another one.</summary>
    public (long At, int Mtu) Change { get; set; } = (long.MaxValue, 0);

    public (long From, long To) Outage { get; set; }

    /// <summary>Drops packets by their content.</summary>
    public Func<SimPacket, bool>? Loses { get; set; }

    public long Passed { get; private set; }

    public long PassedBytes { get; private set; }

    public long QueueDrops { get; private set; }

    public long Lost { get; private set; }

    public long QueueDelay => Math.Max(0, _busyUntil - simulation.Now);

    public void Send(SimPacket packet, long now)
    {
        if (IsLost(packet, now))
        {
            Lost++;
            simulation.Drop(packet);
            return;
        }

        var size = packet.Length + SimPacket.Headers;
        var start = Math.Max(now, _busyUntil);
        if ((start - now) * Rate / 1e9 + size > Queue + size)
        {
            QueueDrops++;
            simulation.Drop(packet);
            return;
        }

        _busyUntil = start + (long)(size * 1e9 / Rate);
        Passed++;
        PassedBytes += size;
        simulation.Deliver(packet, _busyUntil + Delay + Extra());
        if (Duplication > 0 && simulation.Random.NextDouble() < Duplication)
        {
            var copy = simulation.Take();
            (copy.Length, copy.Path, copy.To, copy.Number) = (packet.Length, packet.Path, packet.To, packet.Number);
            packet.Bytes.AsSpan(0, packet.Length).CopyTo(copy.Bytes);
            simulation.Deliver(copy, _busyUntil + Delay + Extra());
        }
    }

    private long Extra()
    {
        var extra = Jitter > 0 ? simulation.Random.NextInt64(Jitter) : 0;
        return Reorder > 0 && simulation.Random.NextDouble() < Reorder ? extra + simulation.Random.NextInt64(ReorderDelay) : extra;
    }

    private bool IsLost(SimPacket packet, long now)
    {
        if (packet.Length + SimPacket.Headers > (now >= Change.At ? Change.Mtu : Mtu) || (now >= Outage.From && now < Outage.To) || Loses?.Invoke(packet) == true)
        {
            return true;
        }

        if (BurstStart > 0)
        {
            _isBad = _isBad ? simulation.Random.NextDouble() >= BurstEnd : simulation.Random.NextDouble() < BurstStart;
        }

        return (_isBad && (LosesAllInBurst || simulation.Random.Next(2) == 0)) || (Loss > 0 && simulation.Random.NextDouble() < Loss);
    }
}
