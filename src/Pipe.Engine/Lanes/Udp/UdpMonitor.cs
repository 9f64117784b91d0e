namespace Pipe.Engine;

/// <summary>Tells the outbox the bandwidth-delay product. One lane fills the path, so it never asks for more.</summary>
internal sealed class UdpMonitor(LaneSet lanes, LaneDemand demand) : ILaneMonitor
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private const long Spare = 16L << 20;
    private long _delivered;
    private long _at;
    private long _reach;
    private int _brakes;

    public TimeSpan Poll()
    {
        var now = DatagramClock.Now;
        foreach (var one in lanes.Measure())
        {
            // A block with a lost fragment stays open for a few more round trips.
            var rate = _at > 0 ? (one.Delivered - _delivered) * 1e9 / (now - _at) : 0;
            _reach = Math.Max(_reach, (long)(4 * rate * one.RoundTrip / 1e6) + Spare);
            (_delivered, _at) = (one.Delivered, now);
            ReportBrake(one.Brakes);
        }

        demand.Reach(_reach);
        return Interval;
    }

    private void ReportBrake(int brakes)
    {
        if (brakes > _brakes)
        {
            demand.Observer.Note(2, $"{OptionWord.Udp} fixed: the link does not carry the rate; the rate is now 1/{1 << Math.Min(brakes, 30)} of it");
        }

        _brakes = brakes;
    }
}
