namespace Pipe.Protocol.Tests.Datagrams;

/// <summary>
/// A model of a TCP flow that always has data: slow start, Reno or CUBIC (RFC 9438), loss seen by three later acknowledgements, one
/// reduction in a round trip, a retransmission timeout. Each packet is acknowledged by its number; a lost one is replaced by a new one.
/// </summary>
internal sealed class SimTcp : ISimHost
{
    private const int Segment = 1472;
    private readonly Simulation _simulation;
    private readonly SimLink _forth;
    private readonly Far _far;
    private readonly bool _isCubic;
    private readonly SortedSet<long> _inFlight = [];
    private readonly Dictionary<long, long> _sentAt = [];
    private double _window = 10;
    private double _threshold = double.PositiveInfinity;
    private long _next;
    private long _recovery;
    private long _rtt = 100 * Simulation.Millisecond;
    private long _heardAt;
    private double _maxWindow;
    private long _epoch = -1;
    private double _renoWindow;

    public SimTcp(Simulation simulation, SimLink forth, SimLink back, bool isCubic, long startAt = 0)
    {
        (_simulation, _forth, _isCubic) = (simulation, forth, isCubic);
        _far = new Far(back) { Near = this };
        _heardAt = simulation.Now + startAt;
        simulation.Wake(this, simulation.Now + startAt + 1);
    }

    /// <summary>Bytes that arrived.</summary>
    public long Bytes => _far.Packets * (Segment + SimPacket.Headers);

    public double WindowBytes => _window * Segment;

    public void OnPacket(SimPacket packet, long now)
    {
        var number = packet.Number;
        if (!_sentAt.Remove(number, out var sentAt))
        {
            return;
        }

        _inFlight.Remove(number);
        _heardAt = now;
        _rtt = ((7 * _rtt) + (now - sentAt)) / 8;
        while (_inFlight.Count > 0 && _inFlight.Min <= number - 3)
        {
            Lose(_inFlight.Min, now);
        }

        Grow(now);
        Fill(now);
    }

    public void OnTimer(long now)
    {
        if (_inFlight.Count > 0 && now - _heardAt > Math.Max(_rtt * 3, 200 * Simulation.Millisecond))
        {
            _inFlight.Clear();
            _sentAt.Clear();
            (_threshold, _window, _heardAt, _recovery) = (Math.Max(_window / 2, 2), 1, now, _next);
        }

        Fill(now);
    }

    private void Lose(long number, long now)
    {
        _inFlight.Remove(number);
        _sentAt.Remove(number);
        if (number < _recovery)
        {
            return;
        }

        _recovery = _next;
        _epoch = now;
        _maxWindow = _window < _maxWindow ? _window * 0.85 : _window;
        _window = Math.Max(_window * (_isCubic ? 0.7 : 0.5), 2);
        _threshold = _renoWindow = _window;
    }

    private void Grow(long now)
    {
        if (_window < _threshold)
        {
            _window++;
        }
        else if (!_isCubic)
        {
            _window += 1 / _window;
        }
        else
        {
            var seconds = ((now - _epoch + _rtt) / 1e9) - Math.Cbrt(_maxWindow * 0.3 / 0.4);
            _renoWindow += 3 * 0.3 / 1.7 / _window;
            var target = Math.Max((0.4 * seconds * seconds * seconds) + _maxWindow, _renoWindow);
            _window += Math.Clamp((target - _window) / _window, 0.01 / _window, 0.5);
        }
    }

    private void Fill(long now)
    {
        while (_inFlight.Count < _window)
        {
            var packet = _simulation.Take();
            (packet.Length, packet.To, packet.Number) = (Segment, _far, _next);
            _inFlight.Add(_next);
            _sentAt[_next++] = now;
            _forth.Send(packet, now);
        }

        _simulation.Wake(this, now + (50 * Simulation.Millisecond));
    }

    private sealed class Far(SimLink back) : ISimHost
    {
        public required SimTcp Near { get; init; }

        public long Packets { get; private set; }

        public void OnPacket(SimPacket packet, long now)
        {
            Packets++;
            var ack = Near._simulation.Take();
            (ack.Length, ack.To, ack.Number) = (12, Near, packet.Number);
            back.Send(ack, now);
        }

        public void OnTimer(long now)
        {
        }
    }
}
