using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Judges from measured round trip, loss and rate whether lanes of the other transport would do better: TCP costs the least on a short
/// link, datagrams bear loss, and a router that throttles datagrams shows as heavy loss. The other transport is tried once; if it is
/// slower, the first one comes back for good. Knows no clock and no socket.
/// </summary>
internal sealed class TransportChoice
{
    /// <summary>Microseconds: below this, TCP with the buffers of any kernel fills the link, and costs the least.</summary>
    public const long ShortRoundTrip = 2000;

    /// <summary>Microseconds over which loss and rate are taken.</summary>
    private const long Window = 2_000_000;

    /// <summary>Shares of the bytes sent that were lost.</summary>
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

    /// <summary>Why the last answer was what it was, in words.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>The transport to change to at a time in microseconds; null to stay.</summary>
    public string? Judge(string transport, IReadOnlyList<LaneMeasure> lanes, long now)
    {
        var (delivered, lost) = (lanes.Sum(one => one.Delivered), lanes.Sum(one => one.Lost));
        if (transport != _transport || delivered < _delivered)
        {
            // Another transport, or a lane was lost and its counts with it.
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
            // The first window holds the search for the rate of the link, which loses by itself.
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
