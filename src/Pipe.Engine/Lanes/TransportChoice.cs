using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Judges from measured round trip, loss and rate whether the other transport would do better: TCP is cheapest on a short path, datagrams tolerate
/// loss, and a router that throttles datagrams shows as heavy loss. The other transport is tried once; if it is slower, the first one returns for good.
/// Uses no clock and no socket.
/// </summary>
internal sealed class TransportChoice
{
    /// <summary>Round trip in microseconds below which TCP with any kernel's buffers fills the path, at the lowest cost.</summary>
    public const long ShortRoundTrip = 2000;

    /// <summary>Microseconds over which loss and rate are measured.</summary>
    private const long Window = 2_000_000;

    /// <summary>Lost shares of the bytes sent.</summary>
    private const double TooMuchForTcp = 0.02;
    private const double TooMuchForDatagrams = 0.2;

    private string _transport = "";
    private int _changes;
    private int _windows;
    private int _lossy;
    private double _rate;
    private double _rateBefore;
    private long _at;
    private long _delivered;
    private long _lost;

    /// <summary>The reason for the last answer, in words.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Returns the transport to change to at a time in microseconds; null to stay.</summary>
    public string? Judge(string transport, IReadOnlyList<LaneMeasure> lanes, long now)
    {
        var (delivered, lost) = (lanes.Sum(one => one.Delivered), lanes.Sum(one => one.Lost));
        if (transport != _transport || delivered < _delivered)
        {
            // The transport has changed, or a lane was lost together with its counters.
            (_transport, _windows, _lossy) = (transport, 0, 0);
            Begin(now, delivered, lost);
        }

        if (_changes == 0 && transport == Transports.Udp && lanes.Any(one => one.MinRoundTrip is > 0 and < ShortRoundTrip))
        {
            return Change($"a round trip takes {lanes.Min(one => one.MinRoundTrip)} us");
        }

        if (now - _at < Window)
        {
            return null;
        }

        var (sent, gone) = (delivered + lost - _delivered - _lost, lost - _lost);
        _rate = (delivered - _delivered) * 1e6 / (now - _at);
        Begin(now, delivered, lost);
        return sent > 0 ? Judge((double)gone / sent) : null;
    }

    private string? Judge(double loss)
    {
        _windows++;
        _lossy = loss > (_transport == Transports.Udp ? TooMuchForDatagrams : TooMuchForTcp) ? _lossy + 1 : 0;
        return _changes switch
        {
            // The first window includes the search for the path's rate, which itself causes loss.
            0 when _lossy == 2 => Change($"{loss:P0} is lost"),
            1 when _windows == 3 && _rate < _rateBefore => Change("it was faster"),
            _ => null,
        };
    }

    private string Change(string reason)
    {
        (_rateBefore, Reason) = (_rate, reason);
        _changes++;
        return _transport == Transports.Udp ? Transports.Tcp : Transports.Udp;
    }

    private void Begin(long now, long delivered, long lost) => (_at, _delivered, _lost) = (now, delivered, lost);
}
