namespace Pipe.Protocol.Datagrams;

/// <summary>Detects that the delivery rate has stopped growing: three rounds without growth by a quarter.</summary>
internal sealed class FullBandwidth
{
    private const double Growth = 1.25;
    private const int Rounds = 3;

    private double _rate;
    private int _rounds;

    /// <summary>Whether that has happened since the start.</summary>
    public bool IsReached { get; set; }

    /// <summary>Whether that has happened since the last <see cref="Reset"/>.</summary>
    public bool IsNow { get; private set; }

    public void Reset(double rate) => (_rate, _rounds, IsNow) = (rate, 0, false);

    public void OnAck(in RateSample sample, bool roundStarts)
    {
        if (IsNow || !roundStarts || sample.IsAppLimited || sample.Rate == 0)
        {
            return;
        }

        if (sample.Rate >= _rate * Growth)
        {
            Reset(sample.Rate);
            return;
        }

        IsNow = ++_rounds >= Rounds;
        IsReached |= IsNow;
    }
}
