namespace Pipe.Protocol.Datagrams;

/// <summary>When <see cref="FairControl"/> probes for more bandwidth: after two to three seconds, at random so that several flows do not do it together, or after as many rounds as Reno would need.</summary>
internal sealed class ProbeSchedule(RandomBytes random)
{
    private const long LeastWait = 2_000_000_000;
    private const long Spread = 1_000_000_000;
    private const double MaxRounds = 63;
    private const int ProbeRounds = 6;

    private long _wait;
    private int _rounds;

    /// <summary>When the phase began.</summary>
    public long From { get; set; }

    /// <summary>A probe has had the rounds in which flows that share a link all add the same.</summary>
    public bool IsLongEnough => _rounds >= ProbeRounds;

    public void OnRound() => _rounds++;

    /// <summary>A probe begins.</summary>
    public void Probe(long now) => (_rounds, From) = (0, now);

    public void Start(long now)
    {
        Span<byte> bytes = stackalloc byte[4];
        random(bytes);
        _rounds = bytes[0] & 1;
        _wait = LeastWait + (Spread / ushort.MaxValue * BitConverter.ToUInt16(bytes[2..]));
        From = now;
    }

    /// <param name="now">Nanoseconds.</param>
    /// <param name="bdp">Bandwidth-delay product in datagrams.</param>
    public bool IsDue(long now, double bdp) => now - From > _wait || _rounds >= Math.Min(bdp, MaxRounds);
}
