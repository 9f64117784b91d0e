namespace Pipe.Protocol.Datagrams;

/// <summary>
/// A scavenger: keeps its observed queueing delay below a target, and yields to every flow that lets the queue grow (the idea of LEDBAT, RFC 6817, with
/// steps in proportion to the window, so that a long path is filled in a few round trips).
/// </summary>
internal sealed class LowControl : ICongestionControl
{
    /// <summary>Target queueing delay in nanoseconds.</summary>
    public const long Target = 15_000_000;

    private const double GrowthShare = 0.125;
    private const double LeastDatagrams = 2;
    private const double PaceGain = 1.2;
    private const double Tolerance = 0.02;

    private readonly BackgroundLoss _background = new();
    private readonly int _datagram;
    private readonly double _ceiling;
    private double _window;
    private long _rtt;
    private long _minRtt = long.MaxValue;
    private long _minRttAt;
    private long _nextMin = long.MaxValue;
    private long _roundEnd;
    private long _delivered;
    private bool _isStarting = true;
    private bool _isWindowLimited;
    private long _least = long.MaxValue;

    /// <param name="datagram">Bytes of a datagram.</param>
    /// <param name="initialRtt">An estimate in nanoseconds.</param>
    /// <param name="ceiling">Maximum rate in bytes per second; 0 for none.</param>
    public LowControl(int datagram, long initialRtt, double ceiling)
    {
        (_datagram, _rtt, _window) = (datagram, initialRtt, 32 * datagram);
        _ceiling = ceiling > 0 ? ceiling : double.PositiveInfinity;
    }

    public double Rate => Math.Min(PaceGain * _window * 1e9 / _rtt, _ceiling);

    public long Window => (long)_window;

    public string Limit => _least != long.MaxValue && _least - _minRtt > Target / 2 ? "delay" : "bandwidth";

    public void OnSent(in SentDatagram sent, long now) => _isWindowLimited |= sent.InFlight + (4 * _datagram) >= Window;

    public void OnLost(in SentDatagram sent, long now) => _background.OnLost(sent.Size);

    public void OnSpuriousLoss(in SentDatagram sent, long now) => _background.OnSpurious(sent.Size);

    public void OnRestart(long now)
    {
    }

    public void OnAck(in RateSample sample, RttEstimator rtt)
    {
        if (sample.Acked == 0)
        {
            return;
        }

        (_rtt, _delivered) = (rtt.Smoothed, _delivered + sample.Acked);
        _background.OnAck(sample);
        UpdateMin(sample);
        if (sample.Rtt > 0)
        {
            Follow(sample.Rtt - _minRtt, sample.Acked);
        }

        if (sample.PriorDelivered >= _roundEnd)
        {
            EndRound();
        }

        _window = Math.Max(_window, LeastDatagrams * _datagram);
    }

    /// <summary>Tracks the minimum of the last ten minutes, so that a queue kept by other flows counts as the path's own delay only after that time.</summary>
    private void UpdateMin(in RateSample sample)
    {
        if (sample.Rtt <= 0)
        {
            return;
        }

        _least = sample.Rtt;
        if (sample.Rtt <= _minRtt)
        {
            (_minRtt, _minRttAt, _nextMin) = (sample.Rtt, sample.Now, long.MaxValue);
            return;
        }

        _nextMin = Math.Min(_nextMin, sample.Rtt);
        if (sample.Now - _minRttAt > 600_000_000_000)
        {
            (_minRtt, _minRttAt, _nextMin) = (_nextMin, sample.Now, long.MaxValue);
        }
    }

    private void Follow(long queue, long acked)
    {
        var off = 1 - ((double)queue / Target);
        if (_isStarting)
        {
            _isStarting = off > 0.5;
            _window += _isStarting && _isWindowLimited ? acked : 0;
            return;
        }

        if (off < 0)
        {
            _window -= acked * Math.Min(-off, 1) / 2;
        }
        else if (_isWindowLimited)
        {
            _window += acked * GrowthShare * off;
        }
    }

    private void EndRound()
    {
        _roundEnd = _delivered;
        _isWindowLimited = false;
        _background.EndRound(isCalm: true, _minRtt == long.MaxValue ? _rtt : _minRtt, _datagram);
        if (_background.RoundShare > _background.Share + Tolerance)
        {
            (_window, _isStarting) = (_window / 2, false);
        }
    }
}
