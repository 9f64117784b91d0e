namespace Pipe.Protocol.Datagrams;

/// <summary>
/// When <see cref="FairControl"/> probes for more bandwidth: after two to three seconds, randomly so that flows do not synchronize, or after as many
/// rounds as Reno would need.
/// </summary>
internal sealed class ProbeSchedule(RandomBytes random)
{
    private const long LeastWait = 2_000_000_000;
    private const long Spread = 1_000_000_000;
    private const double MaxRounds = 63;
    private const int ProbeRounds = 6;

    private long _wait;
    private int _rounds;

    /// <summary>The start of the phase.</summary>
    public long From { get; set; }

    /// <summary>Whether a probe has had the rounds in which all flows on a link add the same.</summary>
    public bool IsLongEnough => _rounds >= ProbeRounds;

    public void OnRound() => _rounds++;

    /// <summary>Starts a probe.</summary>
    public void Probe(long now) => (_rounds, From) = (0, now);

    public void Start(long now)
    {
        Span<byte> bytes = stackalloc byte[4];
        random(bytes);
        _rounds = bytes[0] & 1;
        _wait = LeastWait + (Spread / ushort.MaxValue * BitConverter.ToUInt16(bytes[2..]));
        From = now;
    }

    /// <param name="now">The time in nanoseconds.</param>
    /// <param name="bdp">The bandwidth-delay product in datagrams.</param>
    public bool IsDue(long now, double bdp) => now - From > _wait || _rounds >= Math.Min(bdp, MaxRounds);
}
