namespace Pipe.Protocol.Datagrams;

/// <summary>
/// BBRv3 (draft-ietf-ccwg-bbr) that distinguishes the path's own loss from the loss that it causes, see <see cref="BackgroundLoss"/>: only loss beyond
/// the background counts as congestion, and the pace compensates for the background.
/// </summary>
/// <remarks>Departures from the draft: the loss threshold is background + 2 %; a probe ends after six rounds if there is a queue by then, so that each
/// flow on a link adds about the same; a probe that causes loss reduces the window by a share of the bytes in flight, so that flows converge to equal
/// shares; the minimum round-trip time needs no ProbeRTT while the flow observes it anyway.</remarks>
internal sealed class FairControl : ICongestionControl
{
    private const int FullLossCount = 6;

    private readonly int _datagram;
    private readonly PathModel _path = new();
    private readonly BackgroundLoss _background = new();
    private readonly FullBandwidth _full = new();
    private readonly RttProbe _rttProbe = new();
    private readonly FairRounds _rounds = new();
    private readonly InFlightSlope _slope;
    private readonly ProbeSchedule _probes;
    private readonly FairPace _pace;

    private long _lostTotal;

    private bool _samplesProbe;
    private bool _stopsProbe;
    private bool _isWindowLimited;
    private bool _isRestarting;

    /// <param name="datagram">Bytes of a datagram.</param>
    /// <param name="initialRtt">An estimate in nanoseconds.</param>
    /// <param name="ceiling">Maximum rate in bytes per second; 0 for none.</param>
    /// <param name="random">Desynchronizes the probes of several flows.</param>
    public FairControl(int datagram, long initialRtt, double ceiling, RandomBytes random)
    {
        (_datagram, _slope, _probes) = (datagram, new InFlightSlope(datagram), new ProbeSchedule(random));
        _pace = new FairPace(_path, _background, datagram, initialRtt, ceiling);
    }

    public FairPhase Phase { get; private set; }

    public double Rate => _pace.Rate;

    public long Window => _pace.Window;

    /// <summary>For tests and events.</summary>
    public PathModel Path => _path;

    public double Background => _background.Share;

    public string Limit => _pace.IsAtCeiling ? "ceiling" : Phase is FairPhase.Startup ? "startup" : double.IsPositiveInfinity(_path.ShortBandwidth) ? "bandwidth" : "loss";

    public void OnSent(in SentDatagram sent, long now) => _isWindowLimited |= sent.InFlight + _datagram >= Window;

    public void OnRestart(long now) => _isRestarting = _full.IsReached;

    public void OnLost(in SentDatagram sent, long now)
    {
        _lostTotal += sent.Size;
        _background.OnLost(sent.Size);
        if (_rounds.OnLost())
        {
            _path.Remember();
        }

        if (_samplesProbe && _background.IsExceeded(_lostTotal - sent.Lost, sent.InFlight, _datagram))
        {
            OnTooHigh(_background.InFlightAtLoss(sent, _lostTotal), sent.IsAppLimited, now);
        }
    }

    public void OnSpuriousLoss(in SentDatagram sent, long now)
    {
        _lostTotal -= sent.Size;
        _background.OnSpurious(sent.Size);
        _path.Undo();
    }

    public void OnAck(in RateSample sample, RttEstimator rtt)
    {
        if (sample.Acked == 0)
        {
            return;
        }

        _rounds.OnAck(sample);
        _background.OnAck(sample);
        UpdateRounds(sample);
        _path.OnRate(sample);
        UpdateCongestion();
        _path.UpdateExtraAcked(sample, _rounds.Starts, _pace.Exact);
        _full.OnAck(sample, _rounds.Starts);
        CheckStartup(sample.Now);
        UpdateCycle(sample);
        CheckProbeRtt(sample);
        if (_rounds.StartsAfterLoss)
        {
            _path.NoteLatest(sample, starts: true);
        }

        _pace.Update(Phase, _full.IsReached, sample.Acked, _rounds.Delivered);
        _isRestarting = false;
        _isWindowLimited = _rounds.Starts ? sample.InFlightBefore + _datagram >= Window : _isWindowLimited;
    }

    private void UpdateRounds(in RateSample sample)
    {
        _path.NoteLatest(sample, starts: false);
        if (_rounds.Starts)
        {
            _probes.OnRound();
            _background.EndRound(Phase.IsCalm(), _path.MinRtt == long.MaxValue ? sample.Rtt : _path.MinRtt, _datagram);
        }
    }

    /// <summary>Lowers the short-term bounds on loss beyond the background, unless the sender is probing.</summary>
    private void UpdateCongestion()
    {
        if (!_rounds.Starts)
        {
            return;
        }

        if (Phase.YieldsToLoss() && _rounds.Losses > 0
            && _background.RoundShare > _background.Share + (_background.HasQueue ? BackgroundLoss.Tolerance / 4 : BackgroundLoss.Tolerance))
        {
            _path.LowerShort(_pace.Exact);
        }

        if (Phase == FairPhase.Startup && _rounds.Losses >= FullLossCount && _background.RoundShare > _background.Threshold && _background.HasQueue)
        {
            _full.IsReached = true;
            _path.LongInFlight = Math.Max(_path.Bdp(_path.MaxBandwidth), _path.LatestInFlight);
        }

        _rounds.ForgetLosses();
    }

    private void CheckStartup(long now)
    {
        if (Phase == FairPhase.Startup && _full.IsReached)
        {
            Phase = FairPhase.Drain;
            _probes.From = now;
        }
    }

    private void UpdateCycle(in RateSample sample)
    {
        if (Phase == FairPhase.Drain && sample.InFlight <= _pace.InFlight(1))
        {
            StartDown(sample.Now);
        }

        if (!_full.IsReached)
        {
            return;
        }

        AdaptLongTerm(sample);
        switch (Phase)
        {
            case FairPhase.Down or FairPhase.Cruise when _probes.IsDue(sample.Now, _pace.InFlight(1) / _datagram):
                StartRefill(sample);
                break;
            case FairPhase.Down when sample.InFlight <= Math.Min(_path.WithHeadroom(_pace.Least), _pace.InFlight(1)):
                Phase = FairPhase.Cruise;
                break;
            case FairPhase.Refill when _rounds.Starts:
                StartUp(sample);
                break;
            case FairPhase.Up when IsTimeToGoDown(sample):
                StartDown(sample.Now);
                break;
        }
    }

    private void AdaptLongTerm(in RateSample sample)
    {
        if (_rounds.Starts && _stopsProbe)
        {
            (_stopsProbe, _samplesProbe) = (false, false); // from here on, loss is not due to the probe
            if (Phase.IsProbingBandwidth() && !sample.IsAppLimited)
            {
                _path.NextCycle();
            }
        }

        if (sample.TxInFlight > 0 && _background.IsExceeded(sample.LostInInterval, sample.TxInFlight, _datagram))
        {
            if (_samplesProbe)
            {
                OnTooHigh(sample.TxInFlight, sample.IsAppLimited, sample.Now);
            }

            return;
        }

        _path.LongInFlight = double.IsPositiveInfinity(_path.LongInFlight) ? _path.LongInFlight : Math.Max(_path.LongInFlight, sample.TxInFlight);
        if (Phase == FairPhase.Up)
        {
            RaiseLongTerm(sample);
        }
    }

    private void RaiseLongTerm(in RateSample sample)
    {
        if (!_isWindowLimited || _pace.Exact < _path.LongInFlight)
        {
            return;
        }

        _path.LongInFlight += _slope.OnAcked(sample.Acked);
        if (_rounds.Starts)
        {
            _slope.OnRound(_pace.Exact);
        }
    }

    /// <summary>A probe has caused loss: lowers the bound, because that much in flight is too much for the path.</summary>
    private void OnTooHigh(double inFlight, bool isAppLimited, long now)
    {
        _samplesProbe = false;
        if (!isAppLimited)
        {
            _path.LowerLong(inFlight, _pace.InFlight(1));
        }

        if (Phase == FairPhase.Up)
        {
            StartDown(now);
        }
    }

    private bool IsTimeToGoDown(in RateSample sample)
    {
        if (_isWindowLimited && _pace.Exact >= _path.LongInFlight)
        {
            _full.Reset(sample.Rate);
            return false;
        }

        return _full.IsNow || (_probes.IsLongEnough && sample.InFlightBefore > _pace.InFlight(1.25));
    }

    private void StartDown(long now)
    {
        _probes.Start(now);
        _rounds.ForgetLosses();
        _rounds.Restart();
        _path.ResetLatest();
        _stopsProbe = true;
        Phase = FairPhase.Down;
    }

    private void StartRefill(in RateSample sample)
    {
        _path.ResetShort();
        _slope.Reset();
        _rounds.Restart();
        (_stopsProbe, _probes.From) = (false, sample.Now);
        Phase = FairPhase.Refill;
    }

    private void StartUp(in RateSample sample)
    {
        _rounds.Restart();
        _probes.Probe(sample.Now);
        _samplesProbe = true;
        _full.Reset(sample.Rate);
        _slope.OnRound(_pace.Exact);
        Phase = FairPhase.Up;
    }

    private void CheckProbeRtt(in RateSample sample)
    {
        var isDue = _path.UpdateMinRtt(sample.Rtt, sample.Now);
        if (Phase != FairPhase.ProbeRtt && isDue && !_isRestarting)
        {
            _rttProbe.Start(_pace.Exact);
            _rounds.Restart();
            _stopsProbe = true;
            Phase = FairPhase.ProbeRtt;
        }

        if (Phase != FairPhase.ProbeRtt)
        {
            return;
        }

        var isOver = _rttProbe.OnAck(sample, _pace.ProbeRttWindow, _rounds.Starts, out var startsRound);
        if (startsRound)
        {
            _rounds.Restart();
        }

        if (isOver)
        {
            EndProbeRtt(sample.Now);
        }
    }

    private void EndProbeRtt(long now)
    {
        _path.MinRttProbed(now);
        _pace.Restore(_rttProbe.PriorWindow);
        _path.ResetShort();
        if (!_full.IsReached)
        {
            Phase = FairPhase.Startup;
            return;
        }

        StartDown(now);
        Phase = FairPhase.Cruise;
    }
}
