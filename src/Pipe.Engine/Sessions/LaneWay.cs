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
    public string Name => IsInline ? ConnectModeName.Of(Mode) : NameWith(Transport.Name);

    /// <summary>The name with the transport of lanes that exist, which may be another than the one being tried.</summary>
    public string NameWith(string transport) => Of(ConnectModeName.Of(Mode), transport);

    /// <summary>Appends a transport to the name of a way; tcp needs no name.</summary>
    public static string Of(string way, string transport) => transport == Transports.Tcp ? way : $"{way} {transport}";

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

    /// <summary>Allows only these transports from here on; ignores a list without any transport of this side.</summary>
    public void Allow(IReadOnlyList<string> names)
    {
        var allowed = LaneTransports.Common(transports, names);
        if (allowed.Count > 0)
        {
            var present = Transport;
            _transports.Clear();
            _transports.AddRange(allowed);
            _transport = Math.Max(0, _transports.IndexOf(present));
        }
    }

    public void GoInline() => Mode = ConnectMode.Ssh;
}
