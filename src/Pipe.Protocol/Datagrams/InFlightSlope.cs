namespace Pipe.Protocol.Datagrams;

/// <summary>How fast a probe raises the long-term bound: by one datagram in the first round, then two, four and so on.</summary>
/// <param name="datagram">Bytes of a datagram.</param>
internal sealed class InFlightSlope(int datagram)
{
    private double _bytesForOne = double.PositiveInfinity;
    private double _acked;
    private int _rounds;

    public void Reset() => (_bytesForOne, _acked, _rounds) = (double.PositiveInfinity, 0, 0);

    public void OnRound(double window)
    {
        var growth = 1L << _rounds;
        _rounds = Math.Min(_rounds + 1, 30);
        _bytesForOne = Math.Max(window / growth, datagram);
    }

    /// <summary>Returns the bytes by which the bound rises.</summary>
    public double OnAcked(long bytes)
    {
        _acked += bytes;
        if (_acked < _bytesForOne)
        {
            return 0;
        }

        var steps = Math.Floor(_acked / _bytesForOne);
        _acked -= steps * _bytesForOne;
        return steps * datagram;
    }
}
