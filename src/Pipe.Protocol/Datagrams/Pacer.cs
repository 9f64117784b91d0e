namespace Pipe.Protocol.Datagrams;

/// <summary>Releases bytes at a rate, one send quantum at a time. A thread that wakes late may catch up at most two milliseconds.</summary>
internal sealed class Pacer
{
    private const double LateSeconds = 0.002;

    private double _credit;
    private long _at;
    private double _rate;
    private int _quantum;

    /// <param name="rate">Bytes per second.</param>
    /// <param name="quantum">Bytes that are sent at once.</param>
    public void Set(double rate, int quantum) => (_rate, _quantum) = (Math.Max(rate, 1), quantum);

    /// <summary>Bytes that may be sent now: at least a quantum, or 0 if it is too early.</summary>
    public int Budget(long now)
    {
        Refill(now);
        return _credit + 1 >= _quantum ? (int)Math.Min(_credit + 1, int.MaxValue) : 0;
    }

    public void OnSent(int bytes) => _credit -= bytes;

    /// <summary>When the next quantum may be sent.</summary>
    public long NextSend(long now)
    {
        Refill(now);
        return _credit + 1 >= _quantum ? now : now + (long)Math.Ceiling((_quantum - _credit) * 1e9 / _rate);
    }

    private void Refill(long now)
    {
        if (now > _at)
        {
            _credit = Math.Min(_credit + ((now - _at) * _rate / 1e9), _quantum + (_rate * LateSeconds));
            _at = now;
        }
    }
}
