namespace Pipe.Protocol.Datagrams;

/// <summary>Times a ProbeRTT: 200 ms and a round trip with little in flight.</summary>
internal sealed class RttProbe
{
    private const long Duration = 200_000_000;

    private long _doneAt;
    private bool _hasRound;

    /// <summary>The window before the probe.</summary>
    public double PriorWindow { get; private set; }

    public void Start(double window) => (PriorWindow, _doneAt) = (window, 0);

    /// <summary>True as soon as the probe is over.</summary>
    /// <param name="startsRound">Whether a round starts now, because little is in flight for the first time.</param>
    public bool OnAck(in RateSample sample, double window, bool roundStarts, out bool startsRound)
    {
        startsRound = _doneAt == 0 && sample.InFlight <= window;
        if (_doneAt == 0)
        {
            (_doneAt, _hasRound) = startsRound ? (sample.Now + Duration, false) : (0, false);
            return false;
        }

        _hasRound |= roundStarts;
        return _hasRound && sample.Now > _doneAt;
    }
}
