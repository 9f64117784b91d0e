using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>How the data lanes of a session are made, or tried to be made: the direction and the transport. Starts with the best way.</summary>
/// <param name="offer">The offer, with the requested mode.</param>
/// <param name="transports">The transports that both sides have, best first.</param>
internal sealed class LaneWay(Offer offer, IReadOnlyList<ILaneTransport> transports)
{
    private readonly List<ILaneTransport> _transports = [.. transports];
    private int _transport;

    /// <summary>Direct, Reverse or Ssh.</summary>
    public ConnectMode Mode { get; private set; } =
        offer.Lanes == 0 || transports.Count == 0 ? ConnectMode.Ssh
        : offer.ConnectMode == ConnectMode.Auto ? ConnectMode.Direct
        : offer.ConnectMode;

    /// <summary>The transport in use; undefined in inline mode.</summary>
    public ILaneTransport Transport => _transports[_transport];

    public bool IsInline => Mode == ConnectMode.Ssh;

    /// <summary>Tries this transport before the others.</summary>
    public void Prefer(string transport)
    {
        var at = _transports.FindIndex(one => one.Name == transport);
        (_transports[0], _transports[at], _transport) = (_transports[at], _transports[0], 0);
    }

    /// <summary>Whether measurements can decide between TCP and datagrams.</summary>
    public bool HasChoice => Has(Transports.Tcp) && Has(Transports.Udp);

    /// <summary>Whether another transport can be tried if this one fails.</summary>
    public bool HasOthers => _transports.Count > 1;

    /// <summary>Whether both sides have this transport.</summary>
    public bool Has(string transport) => _transports.Any(one => one.Name == transport);

    /// <summary>The name in messages and events; for tcp, only the mode.</summary>
    public string Name => IsInline || Transport.Name == Transports.Tcp ? ConnectModeName.Of(Mode) : $"{ConnectModeName.Of(Mode)} {Transport.Name}";

    /// <summary>Moves to the next way: each transport directly, then each in reverse. False if none is left, or the user excludes the others.</summary>
    public bool TryNext()
    {
        if (_transport + 1 < _transports.Count)
        {
            _transport++;
            return true;
        }

        var isNext = offer.ConnectMode == ConnectMode.Auto && Mode == ConnectMode.Direct;
        (Mode, _transport) = isNext ? (ConnectMode.Reverse, 0) : (Mode, _transport);
        return isNext;
    }

    /// <summary>Adopts the way that the peer has chosen or a lane has shown.</summary>
    /// <exception cref="ProtocolException">This side has not offered the transport.</exception>
    public void Use(ConnectMode mode, string transport)
    {
        if (!Has(transport))
        {
            ProtocolException.Throw($"{RawText.Printable(transport)}: not a transport that was named here");
        }

        Mode = mode;
        while (_transports[_transport].Name != transport)
        {
            _transport = (_transport + 1) % _transports.Count;
        }
    }

    public void GoInline() => Mode = ConnectMode.Ssh;
}
