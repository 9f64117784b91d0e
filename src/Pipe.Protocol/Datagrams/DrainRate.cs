namespace Pipe.Protocol.Datagrams;

/// <summary>The rate at which a sink consumes, averaged over about the last second.</summary>
internal sealed class DrainRate
{
    private const double Memory = 1e9;

    private double _rate;
    private long _bytes;
    private long _from = -1;

    /// <summary>Bytes per second; 0 until known.</summary>
    public ulong Rate => (ulong)_rate;

    public void Add(int bytes, long now)
    {
        if (_from < 0)
        {
            _from = now;
            return;
        }

        _bytes += bytes;
        var elapsed = now - _from;
        if (elapsed < Memory / 8)
        {
            return;
        }

        var weight = _rate == 0 ? 1 : 1 - Math.Exp(-elapsed / Memory);
        _rate += ((_bytes * 1e9 / elapsed) - _rate) * weight;
        (_bytes, _from) = (0, now);
    }
}
