namespace Pipe.Protocol.Datagrams;

/// <summary>The pace and the congestion window of <see cref="FairControl"/>, as they follow from the model of the path.</summary>
internal sealed class FairPace
{
    private const double PacingMargin = 0.99;
    private const int LeastDatagrams = 4;
    private const int InitialDatagrams = 64;

    private readonly PathModel _path;
    private readonly BackgroundLoss _background;
    private readonly int _datagram;
    private readonly double _ceiling;
    private double _pace;

    /// <param name="path">The model.</param>
    /// <param name="background">The loss that the pace compensates for.</param>
    /// <param name="datagram">Bytes of a datagram.</param>
    /// <param name="initialRtt">An estimate in nanoseconds.</param>
    /// <param name="ceiling">Maximum rate in bytes per second; 0 for none.</param>
    public FairPace(PathModel path, BackgroundLoss background, int datagram, long initialRtt, double ceiling)
    {
        (_path, _background, _datagram) = (path, background, datagram);
        _ceiling = ceiling > 0 ? ceiling : double.PositiveInfinity;
        Exact = InitialDatagrams * datagram;
        _pace = FairPhases.StartupGain * Exact * 1e9 / initialRtt;
    }

    /// <summary>Bytes per second.</summary>
    public double Rate => Math.Min(_pace, _ceiling);

    public bool IsAtCeiling => _pace >= _ceiling;

    /// <summary>The window in bytes.</summary>
    public long Window => (long)Math.Max(Exact, Least);

    /// <summary>The window before rounding.</summary>
    public double Exact { get; private set; }

    public double Least => LeastDatagrams * _datagram;

    public double ProbeRttWindow => Math.Max(InFlight(0.5), Least);

    /// <summary>Bytes in flight that fill the path with that gain.</summary>
    public double InFlight(double gain)
    {
        var bdp = _path.Bdp(_path.MaxBandwidth) * _background.Repair;
        return double.IsPositiveInfinity(bdp) ? InitialDatagrams * _datagram : Math.Max(gain * bdp, Least);
    }

    /// <summary>Returns to the window from before a probe of the round-trip time.</summary>
    public void Restore(double window) => Exact = Math.Max(Exact, window);

    /// <param name="phase">The present phase.</param>
    /// <param name="isFull">Whether the startup has found the bandwidth.</param>
    /// <param name="acked">Bytes that have just been acknowledged.</param>
    /// <param name="delivered">Bytes delivered in all.</param>
    public void Update(FairPhase phase, bool isFull, double acked, double delivered)
    {
        var pace = phase.PacingGain() * _path.Bandwidth * PacingMargin * _background.Repair;
        if (pace > 0 && (isFull || pace > _pace))
        {
            _pace = pace;
        }

        var quantum = Math.Clamp(_pace / 1000, 2 * _datagram, DatagramLimits.MaxBatchBytes);
        var bdp = Math.Min(_path.Bdp(_path.Bandwidth) * _background.Repair, 1e12);
        var most = Math.Max((bdp * phase.WindowGain()) + _path.ExtraAcked, 3 * quantum) + (phase == FairPhase.Up ? 2 * _datagram : 0);
        if (isFull)
        {
            Exact = Math.Min(Exact + acked, most);
        }
        else if (Exact < most || delivered < InitialDatagrams * _datagram)
        {
            Exact += acked;
        }

        Exact = Math.Max(Math.Min(Exact, _path.MostInFlight(phase, Least, ProbeRttWindow)), Least);
    }
}
